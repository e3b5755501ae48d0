import type { Transport } from './disturbance.ts'
import type { Uploads } from './uploads.ts'

export interface ApiHead {
  method: string
  /** Without the query. */
  path: string
  query: string
  headers: Readonly<Record<string, string | string[] | undefined>>
}

export interface ApiAnswer {
  status: number
  headers: Record<string, string>
  body: string
  /** Left out when the answer simply travels. */
  transport?: Transport
}

/** What belongs to one request from its head on. */
export interface Exchange {
  requestId: string
  /** Of every answer to it. */
  headers: Record<string, string>
  /** The Idempotency-Key, scoped by API key. */
  scopedKey: string | undefined
  /** In whose shape to answer. */
  version: string
  /** The files that came with it. */
  uploads?: Uploads
}

/** How an answer came about, for those who observe. */
export interface AnswerHistory {
  /** False when the request was refused before anything was done. */
  hasBegun: boolean
  /** True when a fault had its hand in it. */
  isDisturbed?: boolean
}

/** A request whose head was accepted and whose body is still to come. */
export interface ApiRequest {
  answer: (body: string, uploads?: Uploads) => ApiAnswer
  /** Answers with an error of the transport instead, such as a body that is too large; a 500 for what is none of Stripe's. */
  refuse: (error: unknown) => ApiAnswer
  /** To be called when it is answered or the client has gone; a second call does nothing. */
  end: () => void
}
