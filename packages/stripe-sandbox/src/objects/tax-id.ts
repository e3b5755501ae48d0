import type Stripe from 'stripe'
import type { Ids } from '../ids.ts'

/** The types that Stripe checks with an authority; of the others it only knows the format. */
const checkedTypes = ['au_abn', 'eu_vat', 'gb_vat']

/** In a test account these digits decide what the authority says (docs.stripe.com/billing/customer/tax-ids). */
const unverifiedDigits = '111111111'

export function buildTaxId(
  ids: Ids,
  input: { type: string; value: string; owner: Stripe.TaxId.Owner; created: number },
): Stripe.TaxId {
  const { type, value, owner, created } = input
  return {
    id: ids.newId('txi_'),
    object: 'tax_id',
    country: countryOf(type, value),
    created,
    customer: owner.customer ?? null,
    customer_account: null,
    livemode: false,
    owner,
    type,
    value,
    verification: {
      status: !checkedTypes.includes(type)
        ? 'unavailable'
        : value.includes(unverifiedDigits)
          ? 'unverified'
          : 'verified',
      verified_address: null,
      verified_name: null,
    },
  }
}

/** `de_stn` → DE; a VAT id of the EU begins with its country, and Greece writes EL there. */
function countryOf(type: string, value: string): string | null {
  if (type === 'eu_oss_vat') return null
  const code = (type === 'eu_vat' ? value : type).slice(0, 2).toUpperCase()
  return code === 'EL' ? 'GR' : code
}
