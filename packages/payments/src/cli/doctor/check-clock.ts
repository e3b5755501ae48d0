import type { Clock } from '../../domain/clock.ts'
import { answeredAt } from '../../stripe/date-header.ts'
import type { Finding } from './finding.ts'

/** An answer takes its time too, and the head has whole seconds. */
const UNREMARKABLE_SECONDS = 60
/** What a signature may be old, or young (stripe/signature). */
const REFUSED_SECONDS = 300

/** Whether our clock shows what Stripe's does, which dates each answer. */
export function checkClock(headers: Readonly<Record<string, unknown>>, clock: Clock): Finding[] {
  const theirs = answeredAt(headers)
  if (theirs === null) return []
  const seconds = Math.round(clock.now().getTime() / 1000 - theirs)
  const off = Math.abs(seconds)
  if (off <= UNREMARKABLE_SECONDS) return []
  const message = `this machine's clock is ${off} seconds ${seconds > 0 ? 'ahead of' : 'behind'} Stripe's`
  const isRefused = off > REFUSED_SECONDS
  return [
    {
      level: isRefused ? 'problem' : 'warning',
      area: 'stripe',
      message: isRefused ? `${message}: every delivery of a webhook is refused` : message,
      remedy: "Let the machine keep time by NTP. A local Stripe's own time may have been put forward.",
    },
  ]
}
