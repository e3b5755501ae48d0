import type { PortalView } from '../../billing/portal.ts'
import type { DetailKind, Details, TypedAddress } from '../../billing/portal-details.ts'
import { type Html, html } from '../markup.ts'
import { paths } from '../paths.ts'
import { countries } from './countries.ts'
import type { DetailErrors } from './details-form.ts'
import { goBack, portalShell } from './shell.ts'
import { taxIdsBlock } from './tax-ids.ts'

export interface DetailsPageState {
  details: Details
  errors: DetailErrors
}

/** The form for the details that the configuration lets customers change. */
export function detailsPage(
  view: PortalView,
  allowed: readonly DetailKind[],
  { details, errors }: DetailsPageState,
): Html {
  const { id } = view.session
  const [firstError] = errors.keys()
  const input = (name: string, label: string, value: string, autocomplete: string, type = 'text') =>
    field({
      name,
      label,
      error: errors.get(name),
      control: html`<input id="field-${name}" name="${name}" type="${type}" value="${value}" maxlength="500" spellcheck="false" autocomplete="${autocomplete}"${stateOf(name, errors, firstError)}>`,
    })
  const address = (prefix: 'address' | 'shipping', typed: TypedAddress) =>
    addressFields({ prefix, typed, input, errors, firstError })
  return portalShell(view, {
    title: `${errors.size > 0 ? 'Error: ' : ''}Billing information`,
    content: html`<section aria-labelledby="details-title"><h2 id="details-title">Update your billing information</h2>
${
  allowed.some((kind) => kind !== 'tax_id')
    ? html`<form class="narrow" method="post" action="${paths.portalDetails(id)}">
${allowed.includes('name') ? input('name', 'Name', details.name, 'billing name') : null}
${allowed.includes('email') ? input('email', 'Email', details.email, 'email', 'email') : null}
${allowed.includes('phone') ? input('phone', 'Phone', details.phone, 'tel', 'tel') : null}
${allowed.includes('address') ? html`<fieldset class="group"><legend>Billing address</legend>${address('address', details.address)}</fieldset>` : null}
${
  allowed.includes('shipping')
    ? html`<fieldset class="group"><legend>Shipping</legend>
${input('shipping_name', 'Name', details.shipping.name, 'shipping name')}${address('shipping', details.shipping.address)}${input('shipping_phone', 'Phone', details.shipping.phone, 'shipping tel', 'tel')}</fieldset>`
    : null
}
<div class="actions"><button class="button" type="submit">Save</button>
${goBack(view)}</div>
</form>`
    : null
}
${view.flow ? taxIdsBlock(view, allowed.includes('tax_id')) : null}</section>`,
  })
}

function addressFields({
  prefix,
  typed,
  input,
  errors,
  firstError,
}: {
  prefix: 'address' | 'shipping'
  typed: TypedAddress
  input: (name: string, label: string, value: string, autocomplete: string) => Html
  errors: DetailErrors
  firstError: string | undefined
}): Html {
  const group = prefix === 'shipping' ? 'shipping' : 'billing'
  const country = `${prefix}_country`
  return html`${input(`${prefix}_line1`, 'Address line 1', typed.line1, `${group} address-line1`)}
${input(`${prefix}_line2`, 'Address line 2', typed.line2, `${group} address-line2`)}
<div class="field-row">${input(`${prefix}_postal_code`, 'Postal code', typed.postal_code, `${group} postal-code`)}
${input(`${prefix}_city`, 'City', typed.city, `${group} address-level2`)}</div>
${input(`${prefix}_state`, 'State or region', typed.state, `${group} address-level1`)}
${field({
  name: country,
  label: 'Country',
  error: errors.get(country),
  control: html`<select id="field-${country}" name="${country}" autocomplete="${group} country"${stateOf(country, errors, firstError)}>
<option value="">Not given</option>${countries.map(({ code, name }) => html`<option value="${code}"${code === typed.country ? html` selected` : null}>${name}</option>`)}</select>`,
})}`
}

function field({
  name,
  label,
  error,
  control,
}: {
  name: string
  label: string
  error: string | undefined
  control: Html
}): Html {
  return html`<div class="field"><label for="field-${name}">${label}</label>
${control}
<p class="error" id="field-${name}-error" aria-live="polite">${error}</p></div>`
}

/** What an input says of its error; the first wrong one takes the focus. */
function stateOf(name: string, errors: DetailErrors, firstError: string | undefined): Html {
  const isWrong = errors.has(name)
  return html` aria-describedby="field-${name}-error"${isWrong ? html` aria-invalid="true"` : null}${name === firstError ? html` autofocus` : null}`
}
