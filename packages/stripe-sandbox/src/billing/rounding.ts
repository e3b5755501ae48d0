/** amount × part / whole to the nearest whole number, halves away from zero, without ever leaving whole numbers. */
export function shareRounded(amount: number, part: number, whole: number): number {
  const doubled = 2n * BigInt(Math.abs(amount)) * BigInt(part) + BigInt(whole)
  const magnitude = Number(doubled / (2n * BigInt(whole)))
  return amount < 0 && magnitude !== 0 ? -magnitude : magnitude
}

/**
 * Spreads a whole number over weights in proportion, to the last unit: what rounding leaves over goes to the largest remainders,
 * and among equal ones to the earlier. All weights 0: everything is 0.
 */
export function spread(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0)
  if (sum === 0) return weights.map(() => 0)
  const shares = weights.map((weight) => {
    // An amount times an amount can leave the whole numbers that a double holds.
    const product = BigInt(total) * BigInt(weight)
    return { whole: Number(product / BigInt(sum)), rest: Number(product % BigInt(sum)) }
  })
  let left = total - shares.reduce((a, { whole }) => a + whole, 0)
  const byRemainder = shares.toSorted((a, b) => b.rest - a.rest)
  for (const share of byRemainder) {
    if (left === 0) break
    share.whole += 1
    left -= 1
  }
  return shares.map(({ whole }) => whole)
}
