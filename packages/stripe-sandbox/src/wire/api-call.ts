/** One request to the API and its answer, as observers are told of it. Never the key: no header but those named here. */
export interface ApiCall {
  requestId: string
  method: string
  /** Without the query. */
  path: string
  /** Undecoded, without the question mark. */
  query: string
  /** The undecoded form. */
  body: string
  idempotencyKey: string | null
  userAgent: string | null
  /** The API version in whose shape it was answered. */
  apiVersion: string
  status: number
  /** The JSON that was sent back. */
  answer: string
  /** False when it was refused before anything was done: for its key, its URL, its form or a parameter. */
  hasBegun: boolean
  /** A fault of the sandbox altered it, or took its place. */
  isDisturbed: boolean
  /** The answer was remembered under the Idempotency-Key; nothing was done again. */
  isReplay: boolean
  /** Real time, unix milliseconds. */
  atMs: number
  /** From the head of the request to its answer. */
  tookMs: number
}
