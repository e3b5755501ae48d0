import { type Framing, framing } from './framing.ts'

/** One HTTP/1.1 message each: both sides of ours say how long their bodies are. */
export function httpFraming(): Framing {
  return framing((buffer) => {
    const headEnd = buffer.indexOf('\r\n\r\n')
    if (headEnd < 0) return null
    const head = buffer.toString('latin1', 0, headEnd)
    const length = headEnd + 4 + Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0)
    if (buffer.length < length) return null
    const what = head.slice(0, head.indexOf('\r\n')).replace(/ HTTP\/1\.1$/, '')
    return { message: { bytes: buffer.subarray(0, length), isFree: false, isEnd: true, what }, length }
  })
}
