import { type ExactMinor, exactMinor, roundedMinor } from './decimal-amount.ts'

/** One step of a tiered price. Amounts in minor units with up to 12 decimals, as text. */
export interface AmountTier {
  /** The last unit that is in it; null: everything above the tier before. */
  upTo: number | null
  /** For each unit; null for none. */
  unitAmountDecimal: string | null
  /** For the tier as a whole; null for none. */
  flatAmountDecimal: string | null
}

/**
 * How a quantity meets its tiers:
 *   volume     all units cost what the tier says in which the last one lies
 *   graduated  each unit costs what its own tier says; the flat amounts of all tiers that were entered add up
 */
export type TiersMode = 'volume' | 'graduated'

/**
 * What a quantity costs, in minor units: summed exactly, rounded once. A quantity of 0 lies in the first tier, whose flat amount
 * it costs.
 * @param tiers in their order, the last one without an upper bound.
 * @param quantity whole units, not negative: seats of a licensed price, or what was used of a metered one.
 */
export function tieredAmountMinor(tiers: readonly AmountTier[], mode: TiersMode, quantity: number): number {
  switch (mode) {
    case 'volume':
      return roundedMinor(costIn(tierOf(tiers, quantity), quantity))
    case 'graduated':
      return roundedMinor(graduatedCost(tiers, quantity))
  }
}

function graduatedCost(tiers: readonly AmountTier[], quantity: number): ExactMinor {
  let below = 0
  let cost = 0n
  for (const tier of tiers) {
    cost += costIn(tier, Math.min(quantity, tier.upTo ?? quantity) - below)
    if (tier.upTo === null || quantity <= tier.upTo) return cost
    below = tier.upTo
  }
  throw new Error(`no tier holds ${quantity} units`)
}

function tierOf(tiers: readonly AmountTier[], quantity: number): AmountTier {
  const tier = tiers.find(({ upTo }) => upTo === null || quantity <= upTo)
  if (tier === undefined) throw new Error(`no tier holds ${quantity} units`)
  return tier
}

function costIn({ unitAmountDecimal, flatAmountDecimal }: AmountTier, units: number): ExactMinor {
  return exactMinor(unitAmountDecimal ?? '0') * BigInt(units) + exactMinor(flatAmountDecimal ?? '0')
}
