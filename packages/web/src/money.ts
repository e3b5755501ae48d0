/** Stripe's minor units per currency where they are not the usual hundredth. ISK and UGX are sent in hundredths. */
const NO_DECIMALS = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '))
const THREE_DECIMALS = new Set('bhd jod kwd omr tnd'.split(' '))

/**
 * An amount as a person writes it: `formatMoney(2999, 'usd')` is `$29.99`, `formatMoney(500, 'jpy')` is `¥500`.
 * `amountMinor` is in Stripe's minor units. With `short`, whole amounts lose their zeros: `$29`.
 */
export function formatMoney(
  amountMinor: number,
  currency: string,
  options: { locale?: string; short?: boolean } = {},
): string {
  const decimals = decimalsOf(currency)
  const format = new Intl.NumberFormat(options.locale, {
    style: 'currency',
    currency,
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
    trailingZeroDisplay: options.short === true ? 'stripIfInteger' : 'auto',
  })
  return format.format(amountMinor / 10 ** decimals)
}

function decimalsOf(currency: string): number {
  const code = currency.toLowerCase()
  if (NO_DECIMALS.has(code)) return 0
  return THREE_DECIMALS.has(code) ? 3 : 2
}
