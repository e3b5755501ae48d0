/** Cuts one direction of a connection into the messages of its protocol. What is not whole yet waits inside. */
export interface Framing {
  /** Every message that these bytes complete, in order. */
  push(chunk: Buffer): Message[]
}

export interface Message {
  bytes: Buffer
  /** Sent without waiting for anything: greetings, good-byes. */
  isFree: boolean
  /** Ends a question (from the client) or its answer (from the server). */
  isEnd: boolean
  /** What it is about, for a person who reads a trace. */
  what: string
  /** The server process behind a database connection, said once. */
  processId?: number
}

/** Keeps the bytes that are not a whole message yet; `take` answers the next message, or null when it is not whole. */
export function framing(take: (buffer: Buffer) => { message: Message; length: number } | null): Framing {
  let rest: Buffer = Buffer.alloc(0)
  return {
    push(chunk) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      const messages: Message[] = []
      for (let taken = take(rest); taken !== null; taken = take(rest)) {
        messages.push(taken.message)
        rest = rest.subarray(taken.length)
        if (rest.length === 0) break
      }
      return messages
    },
  }
}
