import type { Context } from '../context.ts'
import type { TaxTerms } from './totals.ts'

/** What tax rates mean for a computation; ids that name none are left out. */
export function taxTermsOf({ store }: Context, ids: readonly string[]): TaxTerms[] {
  return ids.flatMap((id) => {
    const rate = store.get('tax_rate', id)
    return rate ? [{ id, percentage: rate.percentage, isInclusive: rate.inclusive }] : []
  })
}
