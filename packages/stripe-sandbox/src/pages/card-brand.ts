const names: Record<string, string> = {
  amex: 'American Express',
  diners: 'Diners Club',
  discover: 'Discover',
  jcb: 'JCB',
  mastercard: 'Mastercard',
  unionpay: 'UnionPay',
  visa: 'Visa',
}

/** `visa` → `Visa`; a brand without a name of its own is `Card`. */
export function brandName(brand: string): string {
  return names[brand] ?? 'Card'
}
