import { type Framing, framing } from './framing.ts'

/** Type byte, then a length that counts itself (PostgreSQL's protocol, "Message Formats"). */
const HEAD = 5
const QUERY = 'Q'
const PARSE = 'P'
const BIND = 'B'
const SYNC = 'S'
const TERMINATE = 'X'
const PASSWORD = 'p'
const READY = 'Z'
const BACKEND_KEY = 'K'

/** What a client sends: a start-up message without a type, then questions that end with Query or Sync. */
export function postgresQuestions(): Framing {
  let isStarted = false
  let about = ''
  const prepared = new Map<string, string>()
  return framing((buffer) => {
    if (!isStarted) {
      if (buffer.length < 4 || buffer.length < buffer.readInt32BE(0)) return null
      isStarted = true
      const length = buffer.readInt32BE(0)
      const message = { bytes: buffer.subarray(0, length), isFree: true, isEnd: false, what: 'start-up' }
      return { message, length }
    }
    const length = lengthOf(buffer)
    if (length === null) return null
    const type = String.fromCharCode(buffer[0] ?? 0)
    about = aboutOf(type, buffer.subarray(HEAD, length), prepared) ?? about
    const isEnd = type === QUERY || type === SYNC
    const what = about
    if (isEnd) about = ''
    const isFree = type === TERMINATE || type === PASSWORD
    return { message: { bytes: buffer.subarray(0, length), isFree, isEnd, what }, length }
  })
}

/** What the server sends: an answer ends when it is ready for the next question. */
export function postgresAnswers(): Framing {
  return framing((buffer) => {
    const length = lengthOf(buffer)
    if (length === null) return null
    const type = String.fromCharCode(buffer[0] ?? 0)
    const message = {
      bytes: buffer.subarray(0, length),
      isFree: false,
      isEnd: type === READY,
      what: '',
      ...(type === BACKEND_KEY && { processId: buffer.readInt32BE(HEAD) }),
    }
    return { message, length }
  })
}

function lengthOf(buffer: Buffer): number | null {
  if (buffer.length < HEAD) return null
  const length = 1 + buffer.readInt32BE(1)
  return buffer.length < length ? null : length
}

/** The statement; also of one that was prepared earlier, under a name that this connection keeps. */
function aboutOf(type: string, body: Buffer, prepared: Map<string, string>): string | null {
  const [first = '', second = ''] = body.toString('latin1').split('\0', 2)
  if (type === QUERY) return oneLine(first)
  if (type === PARSE) {
    if (first !== '') prepared.set(first, oneLine(second))
    return oneLine(second)
  }
  return type === BIND && second !== '' ? (prepared.get(second) ?? null) : null
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 90)
}
