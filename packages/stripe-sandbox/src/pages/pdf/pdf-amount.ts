import { formatAmount, shownDecimals } from '../../billing/currency.ts'
import { canBeWinAnsi } from './win-ansi.ts'

/** An amount as a PDF can show it: with the currency's code where the fonts lack its sign, as they do the rupee's. */
export function pdfAmount(amountMinor: number, currency: string): string {
  const text = formatAmount(amountMinor, currency)
  if (canBeWinAnsi(text)) return text
  const { decimals, shown } = shownDecimals(currency)
  return new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency: currency.toUpperCase(),
    currencyDisplay: 'code',
    minimumFractionDigits: shown,
    maximumFractionDigits: shown,
  }).format(amountMinor / 10 ** decimals)
}
