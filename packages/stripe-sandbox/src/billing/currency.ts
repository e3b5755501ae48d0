// https://docs.stripe.com/currencies. ISK and UGX have no minor unit, but Stripe takes them with two decimals that are 00.
const zeroDecimal = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '))
const threeDecimal = new Set('bhd jod kwd omr tnd'.split(' '))

/** Written without decimals although they travel with two. */
const withoutMinorUnit = new Set(['isk', 'ugx'])

/** The least that Stripe charges, in minor units of the currency; 50 where Stripe names no other. */
const minimumMinor: Record<string, number> = {
  gbp: 30,
  jpy: 50,
  hkd: 400,
  mxn: 1000,
  dkk: 250,
  nok: 300,
  sek: 300,
  pln: 200,
  czk: 1500,
  huf: 17_500,
  aed: 200,
  myr: 200,
  thb: 1000,
  ron: 200,
  bgn: 100,
}

/** How many digits the largest charge has where they are not eight. */
const mostDigits: Record<string, number> = { inr: 9, jpy: 10, huf: 10, cop: 10, lbp: 11, idr: 12 }

/** The most that can be charged at once in this currency, in its minor units. */
export function mostChargeMinor(currency: string): number {
  return 10 ** (mostDigits[currency.toLowerCase()] ?? 8) - 1
}

/** How many decimals an amount in minor units has. */
export function decimalsOf(currency: string): 0 | 2 | 3 {
  const lower = currency.toLowerCase()
  if (zeroDecimal.has(lower)) return 0
  return threeDecimal.has(lower) ? 3 : 2
}

/** The least amount, in minor units, that can be charged in this currency. */
export function leastChargeMinor(currency: string): number {
  return minimumMinor[currency.toLowerCase()] ?? 50
}

/**
 * What Stripe charges in this currency must be a multiple of this many minor units: a third decimal must be 0 (stripe-facts 9.10),
 * and the two decimals of currencies without a minor unit must be 00.
 */
export function chargeStepMinor(currency: string): 1 | 10 | 100 {
  const lower = currency.toLowerCase()
  if (withoutMinorUnit.has(lower)) return 100
  return threeDecimal.has(lower) ? 10 : 1
}

/** `formatUnitAmount('0.5', 'usd')` → `$0.005`: with as many decimals as it needs, at least those of the currency. */
export function formatUnitAmount(decimal: string, currency: string): string {
  const whole = Number(decimal)
  if (Number.isInteger(whole)) return formatAmount(whole, currency)
  const decimals = decimalsOf(currency)
  return formatOf('en-US', currency, decimals, decimals + 12).format(whole / 10 ** decimals)
}

/** How many decimals an amount in minor units has, and how many of them are written. */
export function shownDecimals(currency: string): { decimals: number; shown: number } {
  const decimals = decimalsOf(currency)
  return { decimals, shown: withoutMinorUnit.has(currency.toLowerCase()) ? 0 : decimals }
}

/** `formatAmount(2000, 'usd')` → `$20.00`; `formatAmount(500, 'jpy')` → `¥500`; `formatAmount(1500, 'kwd')` → `KWD 1.500`. */
export function formatAmount(amountMinor: number, currency: string, locale = 'en-US'): string {
  const { decimals, shown } = shownDecimals(currency)
  return formatOf(locale, currency, shown, shown).format(amountMinor / 10 ** decimals)
}

/** Making a format costs a hundred times what formatting costs, and every line of an invoice says its price in words. */
const formats = new Map<string, Intl.NumberFormat>()

function formatOf(locale: string, currency: string, least: number, most: number): Intl.NumberFormat {
  const key = `${locale} ${currency} ${least} ${most}`
  const known = formats.get(key)
  if (known) return known
  const made = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: currency.toUpperCase(),
    minimumFractionDigits: least,
    maximumFractionDigits: most,
  })
  formats.set(key, made)
  return made
}
