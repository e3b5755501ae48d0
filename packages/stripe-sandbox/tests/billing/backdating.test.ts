import { describe, expect, test } from 'vitest'
import { iso, startLife } from '../support/lives.ts'
import { everythingConforms } from '../support/shop.ts'
import { failure } from '../support/start.ts'

const at = (text: string) => Date.parse(`${text}T12:00:00Z`) / 1000
const backdated = { backdate_start_date: at('2026-12-16') }

async function linesOf(life: Awaited<ReturnType<typeof startLife>>) {
  const [invoice] = await life.invoices()
  return (invoice?.lines.data ?? []).map(({ amount, period }) => [
    iso(period.start).slice(0, 10),
    iso(period.end).slice(0, 10),
    amount,
  ])
}

// The shop's clock stands at 31 January 2027, 12:00 UTC.
describe('a backdated subscription', () => {
  test('bills each elapsed period by itself, the first one for its share, and then the one that begins', async () => {
    const life = await startLife(backdated)
    expect(await linesOf(life)).toEqual([
      ['2026-12-16', '2026-12-31', 1403],
      ['2026-12-31', '2027-01-31', 2900],
      ['2027-01-31', '2027-02-28', 2900],
    ])
    expect(life.born).toMatchObject({
      status: 'active',
      start_date: backdated.backdate_start_date,
      created: life.clock.now(),
      billing_cycle_anchor: life.clock.now(),
    })
    await life.sandbox.advance({ days: 29 })
    expect((await life.invoices()).map(({ total }) => total)).toEqual([2900, 7203])
    expect(everythingConforms(life.sandbox)).toEqual([])
  })

  test('with an anchor bills until that, and is then billed there', async () => {
    const life = await startLife({ ...backdated, billing_cycle_anchor: at('2027-02-10') })
    expect(await linesOf(life)).toEqual([
      ['2026-12-16', '2027-01-10', 2339],
      ['2027-01-10', '2027-02-10', 2900],
    ])
    expect(iso(life.item.current_period_end)).toBe('2027-02-10T12:00:00')
  })

  test('without prorations bills nothing of what is past', async () => {
    const life = await startLife({ ...backdated, proration_behavior: 'none' })
    expect(await linesOf(life)).toEqual([['2027-01-31', '2027-02-28', 2900]])
    expect(life.born.start_date).toBe(backdated.backdate_start_date)
  })

  test.each([
    ['in the future', { backdate_start_date: at('2027-03-01') }, 'parameter_invalid'],
    ['longer ago than an invoice has lines', { backdate_start_date: at('2000-01-01') }, 'parameter_invalid'],
    [
      'in classic billing mode',
      { ...backdated, billing_mode: { type: 'classic' } },
      'sandbox_not_supported_yet',
    ],
    ['with a trial', { ...backdated, trial_period_days: 10 }, 'sandbox_not_supported_yet'],
  ] as const)('is refused %s', async (_, parameters, code) => {
    const refusal = await failure(startLife(parameters))
    expect([refusal.param, refusal.code ?? 'parameter_invalid']).toEqual(['backdate_start_date', code])
  })
})
