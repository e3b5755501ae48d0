import type Stripe from 'stripe'
import type { PortalView } from '../../billing/portal.ts'
import { changeableDetails, type DetailKind } from '../../billing/portal-details.ts'
import { type Html, html } from '../markup.ts'
import { paths } from '../paths.ts'
import { countryName } from './countries.ts'
import { taxIdsBlock } from './tax-ids.ts'

/** Who is billed, and what of it can be changed here. */
export function detailsSection(view: PortalView): Html {
  const { customer, session } = view
  const allowed = changeableDetails(view)
  const facts: [DetailKind, string, string][] = [
    ['name', 'Name', customer.name ?? ''],
    ['email', 'Email', customer.email ?? ''],
    ['phone', 'Phone', customer.phone ?? ''],
    ['address', 'Billing address', addressText(customer.address)],
    ['shipping', 'Shipping', shippingText(customer.shipping)],
  ]
  const shown = facts.filter(
    ([kind, , text]) => kind === 'name' || kind === 'email' || text !== '' || allowed.includes(kind),
  )
  const hasForm = allowed.some((kind) => kind !== 'tax_id')
  return html`<section aria-labelledby="details-title"><h2 id="details-title">Billing information</h2>
<dl class="facts">${shown.map(([, label, text]) => html`<div><dt>${label}</dt><dd>${text || 'Not given'}</dd></div>`)}</dl>
${hasForm ? html`<p class="actions"><a class="button quiet" href="${paths.portalDetails(session.id)}">Update information</a></p>` : null}
${taxIdsBlock(view, allowed.includes('tax_id'))}</section>`
}

function shippingText(shipping: Stripe.Customer.Shipping | null): string {
  if (shipping === null) return ''
  return [shipping.name, addressText(shipping.address), shipping.phone].filter((part) => part).join(', ')
}

/** `1 Quay Street, D02 Dublin, Ireland`. */
function addressText(address: Stripe.Address | null | undefined): string {
  if (!address) return ''
  const town = [address.postal_code, address.city].filter((part) => part).join(' ')
  const country = address.country && countryName(address.country)
  return [address.line1, address.line2, town, address.state, country].filter((part) => part).join(', ')
}
