import { row, type TestCard } from './test-card.ts'

const french = { country: 'FR', coBrand: 'cartes_bancaires' } as const
const australian = { country: 'AU', coBrand: 'eftpos_au', funding: 'debit' } as const

/** Good cards by brand. https://docs.stripe.com/testing#cards */
export const cardsByBrand: readonly TestCard[] = [
  row('4242424242424242', 'visa us'),
  row('4000056655665556', 'visa_debit', { funding: 'debit' }),
  row('5555555555554444', 'mastercard', { brand: 'mastercard' }),
  row('2223003122003222', '', { brand: 'mastercard' }),
  row('5200828282828210', 'mastercard_debit', { brand: 'mastercard', funding: 'debit' }),
  row('5105105105105100', 'mastercard_prepaid', { brand: 'mastercard', funding: 'prepaid' }),
  row('378282246310005', 'amex amex_threeDSecureNotSupported', { brand: 'amex' }),
  row('371449635398431', '', { brand: 'amex' }),
  row('6011111111111117', 'discover', { brand: 'discover' }),
  row('6011000990139424', '', { brand: 'discover' }),
  row('6011981111111113', '', { brand: 'discover', funding: 'debit' }),
  row('3056930009020004', 'diners', { brand: 'diners' }),
  row('36227206271667', '', { brand: 'diners' }),
  row('6555900000604105', '', { brand: 'discover' }),
  row('3566002020360505', 'jcb', { brand: 'jcb', country: 'JP' }),
  row('6200000000000005', 'unionpay', { brand: 'unionpay', country: 'CN' }),
  row('6200000000000047', '', { brand: 'unionpay', country: 'CN', funding: 'debit' }),
  row('6205500000000000004', '', { brand: 'unionpay', country: 'CN' }),

  row('4000002500001001', 'visa_cartesBancaires', french),
  row('5555552500001001', 'mastercard_cartesBancaires', { ...french, brand: 'mastercard' }),
  row('4000050360000001', 'visa_debit_eftposAuCoBranded', australian),
  row('5555050360000080', 'mastercard_debit_eftposAuCoBranded', { ...australian, brand: 'mastercard' }),

  row('4000051230000072', 'debit_visaFsaProductCode debit_visaHsaProductCode', { funding: 'debit' }),
  row('5200828282828897', 'mastercard_debit_mastercardFsaProductCode', {
    brand: 'mastercard',
    funding: 'debit',
  }),
]
