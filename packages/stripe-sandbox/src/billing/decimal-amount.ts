/** How many decimals Stripe gives an amount in minor units: `unit_amount_decimal` has at most 12. */
const decimals = 12

const scale = 10n ** BigInt(decimals)

/** An amount in minor units with its fraction, as whole 10⁻¹² parts: sums and products of these stay exact. */
export type ExactMinor = bigint

/** `exactMinor('0.5')` is half a cent. @param decimal digits with at most 12 decimals, as Stripe writes `…_decimal` fields. */
export function exactMinor(decimal: string | number): ExactMinor {
  const match = /^(-?)(\d+)(?:\.(\d{1,12}))?$/.exec(String(decimal))
  if (match === null) throw new Error(`not a decimal amount: ${decimal}`)
  const [, sign = '', whole = '0', fraction = ''] = match
  const magnitude = BigInt(whole) * scale + BigInt(fraction.padEnd(decimals, '0'))
  return sign === '-' ? -magnitude : magnitude
}

/** To whole minor units, halves away from zero. */
export function roundedMinor(exact: ExactMinor): number {
  const magnitude = exact < 0n ? -exact : exact
  const whole = Number((magnitude + scale / 2n) / scale)
  return exact < 0n && whole !== 0 ? -whole : whole
}
