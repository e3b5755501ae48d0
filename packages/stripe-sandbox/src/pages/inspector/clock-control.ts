import type Stripe from 'stripe'
import type { Sandbox } from '../../create-sandbox.ts'
import type { Store } from '../../store/store.ts'
import type { TimeSpan } from '../../time/time-span.ts'
import { type Html, html } from '../markup.ts'
import { ControlRefusal, type InspectorControl } from './control.ts'
import { fullTime } from './times.ts'

/** What one click can skip. */
const spans: Readonly<Record<string, TimeSpan>> = {
  '1 hour': { hours: 1 },
  '1 day': { days: 1 },
  '1 week': { days: 7 },
  '31 days': { days: 31 },
  '1 year': { days: 366 },
}

/** Puts the sandbox's own time forward. Test clocks are shown; they are moved through the API. */
export function clockControl({
  store,
  now,
  advance,
}: Pick<Sandbox, 'now' | 'advance'> & { store: Store }): InspectorControl {
  return {
    name: 'clock',
    title: 'Time',
    show: (action) => html`<p class="reading"><b>${fullTime(now() * 1000)}</b> UTC</p>
<form method="post" action="${action}" aria-label="Put the time forward">${Object.keys(spans).map(
      (name) => html`<button class="button quiet small" name="by" value="${name}">+ ${name}</button>`,
    )}</form>
<form method="post" action="${action}"><label>Forward to, in UTC
<input name="to" type="datetime-local" step="1" required min="${local(now() + 1)}"></label>
<button class="button quiet small">Go</button></form>
<p class="muted">Everything that becomes due on the way is done: renewals, trial ends, retries, expiries.</p>
${testClocks([...store.all('test_helpers.test_clock')])}`,
    act: async (form) => {
      const before = now()
      await advance(wanted(form, before))
      return `It is ${fullTime(now() * 1000)} UTC now.`
    },
  }
}

function wanted(form: URLSearchParams, now: number): TimeSpan | { to: number } {
  const span = spans[form.get('by') ?? '']
  if (span) return span
  const to = Date.parse(`${form.get('to') ?? ''}Z`) / 1000
  if (!Number.isInteger(to)) throw new ControlRefusal('That is no date and time.')
  if (to <= now) throw new ControlRefusal('Time only goes forward: that moment has passed.')
  return { to }
}

function testClocks(clocks: readonly Stripe.TestHelpers.TestClock[]): Html | null {
  if (clocks.length === 0) return null
  return html`<h3>Test clocks</h3><ul class="plain">${clocks.map(
    (clock) =>
      html`<li><code>${clock.id}</code> ${clock.name ?? ''} ${fullTime(clock.frozen_time * 1000)} UTC, ${clock.status}</li>`,
  )}</ul>`
}

/** What a `datetime-local` field takes. */
function local(unixSeconds: number): string {
  return new Date(unixSeconds * 1000).toISOString().slice(0, 19)
}
