import type { PortalView } from '../../billing/portal.ts'
import { type Html, html } from '../markup.ts'
import { paths } from '../paths.ts'

/** The kinds of tax ids that the portal's form offers, by Stripe's name; the API takes all of them. */
export const taxIdKinds = {
  eu_vat: 'EU VAT number',
  gb_vat: 'United Kingdom VAT number',
  us_ein: 'United States EIN',
  ca_gst_hst: 'Canada GST/HST number',
  ca_bn: 'Canada business number',
  au_abn: 'Australia business number',
  nz_gst: 'New Zealand GST number',
  ch_vat: 'Switzerland VAT number',
  no_vat: 'Norway VAT number',
  br_cnpj: 'Brazil CNPJ',
  mx_rfc: 'Mexico RFC',
  in_gst: 'India GST number',
  jp_cn: 'Japan corporate number',
  sg_uen: 'Singapore UEN',
  za_vat: 'South Africa VAT number',
} as const

/** The customer's tax ids; with buttons and a form where they can be changed. */
export function taxIdsBlock({ session, taxIds }: PortalView, canChange: boolean): Html | null {
  if (taxIds.length === 0 && !canChange) return null
  return html`<h3 id="tax-ids-title">Tax IDs</h3>
${taxIds.length === 0 ? html`<p class="muted">None is given.</p>` : null}
<ul class="cards">${taxIds.map(
    ({ id, type, value }) => html`<li><div><b>${value}</b> <span class="muted">${kindText(type)}</span></div>
${canChange ? html`<form method="post" action="${paths.portalTaxId(session.id, id)}"><button class="link-button" aria-label="Remove ${value}">Remove</button></form>` : null}</li>`,
  )}</ul>
${
  canChange
    ? html`<form class="inline-form" method="post" action="${paths.portalTaxIds(session.id)}">
<div class="field"><label for="field-tax-kind">Kind of tax ID</label><select id="field-tax-kind" name="type">${Object.entries(taxIdKinds).map(([type, label]) => html`<option value="${type}">${label}</option>`)}</select></div>
<div class="field"><label for="field-tax-value">Tax ID</label><input id="field-tax-value" name="value" required maxlength="100" spellcheck="false" autocomplete="off"></div>
<button class="button quiet" type="submit">Add tax ID</button></form>`
    : null
}`
}

export function isTaxIdKind(type: string): type is keyof typeof taxIdKinds {
  return Object.hasOwn(taxIdKinds, type)
}

function kindText(type: string): string {
  return isTaxIdKind(type) ? taxIdKinds[type] : type.replaceAll('_', ' ').toUpperCase()
}
