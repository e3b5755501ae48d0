import { createHmac } from 'node:crypto'
import { eventTemplate } from './event-template.ts'

const ID_DIGITS = 10
/** Nothing measured here accepts as many a second. */
const MOST_PER_SECOND = 15_000

export interface SignedEventOptions {
  path: string
  secret: string
  host: string
  /** Tells the events of one burst from those of another. */
  run: string
  /** How long requests will be asked for. */
  seconds: number
}

/**
 * Requests that deliver distinct, correctly signed events. All are signed before the first is sent, because the load shares its
 * processors with what it measures: then a request costs it a copy.
 */
export function signedEventRequests({ path, secret, host, run, seconds }: SignedEventOptions): () => Buffer {
  const timestamp = Math.floor(Date.now() / 1000)
  const firstId = idOf(run, 0)
  const body = eventTemplate().join('@').replace('@', `evt_${firstId}`).replace('@', `cus_${firstId}`)
  const head =
    `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json; charset=utf-8\r\n` +
    `Stripe-Signature: t=${timestamp},v1=`
  const neck = `\r\nContent-Length: ${body.length}\r\n\r\n`
  const request = Buffer.from(head + '0'.repeat(64) + neck + body, 'latin1')
  const bodyAt = request.length - body.length
  const signed = request.subarray(bodyAt)
  const places = [signed.indexOf(`evt_${firstId}`) + 4, signed.indexOf(`cus_${firstId}`) + 4]

  const signatures = Array.from({ length: MOST_PER_SECOND * seconds }, (_, sequence) => {
    for (const place of places) signed.write(idOf(run, sequence), place, 'latin1')
    return createHmac('sha256', secret).update(`${timestamp}.`).update(signed).digest('hex')
  })

  let sequence = 0
  return () => {
    const signature = signatures[sequence]
    if (signature === undefined) throw new Error('more requests were sent than were signed')
    const id = idOf(run, sequence++)
    const next = Buffer.from(request)
    next.write(signature, head.length, 'latin1')
    for (const place of places) next.write(id, bodyAt + place, 'latin1')
    return next
  }
}

function idOf(run: string, sequence: number): string {
  return `${run}${String(sequence).padStart(ID_DIGITS, '0')}`
}
