import type { PortalView } from '../../billing/portal.ts'
import { cardFields } from '../card-fields.ts'
import type { FieldErrors } from '../field.ts'
import { type Html, html } from '../markup.ts'
import { paths } from '../paths.ts'
import { testCardList } from '../test-card-list.ts'
import { goBack, portalShell } from './shell.ts'

export interface CardPageState {
  errors: FieldErrors
  name: string
  /** Unix seconds. */
  now: number
}

/** The form that saves another card and lets it pay from now on. */
export function cardPage(view: PortalView, state: CardPageState): Html {
  const { id } = view.session
  const hasErrors = Object.keys(state.errors).length > 0
  return portalShell(view, {
    title: `${hasErrors ? 'Error: ' : ''}Add a payment method`,
    content: html`<section aria-labelledby="card-title"><h2 id="card-title">Add a payment method</h2>
<p class="muted">It becomes the default: your next invoices are paid with it.</p>
<form class="narrow" method="post" action="${paths.portalCards(id)}" data-card-form>
${testCardList()}
${cardFields(state)}
<div class="actions"><button class="button" type="submit">Save card</button>
${goBack(view)}</div>
</form></section>`,
  })
}
