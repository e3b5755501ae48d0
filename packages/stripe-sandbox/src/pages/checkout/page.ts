import type Stripe from 'stripe'
import { type BankType, isBankType } from '../../billing/test-banks.ts'
import { cardFields, firstError } from '../card-fields.ts'
import { type FieldErrors, renderField } from '../field.ts'
import { layout } from '../layout.ts'
import { type Html, html } from '../markup.ts'
import { paths } from '../paths.ts'
import { testCardList } from '../test-card-list.ts'
import { amountField } from './amount-field.ts'
import { bankFields, wayNames } from './bank-fields.ts'
import type { TypedCode } from './promotion-code.ts'
import { orderSummary } from './summary.ts'
import type { CheckoutView } from './view.ts'
import { buttonText, headingOf } from './wording.ts'

/** What the buyer typed before and what was wrong with it. */
export interface CheckoutFormState {
  /** Null: what the session says itself. */
  amount: string | null
  email: string
  name: string
  errors: FieldErrors
  /** Shown above the form: what is not about one field. */
  problem: string | null
  /** What the form asks for: one of the session's ways to pay. */
  way: 'card' | BankType
  typedCode: TypedCode
  /** Unix seconds. */
  now: number
}

/** Hosted Checkout: the order on the left, the payment on the right. */
export function checkoutPage(view: CheckoutView, state: CheckoutFormState): Html {
  const hasErrors =
    state.problem !== null || state.typedCode.error !== null || firstError(state.errors) !== undefined
  return layout({
    title: `${hasErrors ? 'Error: ' : ''}${headingOf(view).title}`,
    shape: 'split',
    body: html`${orderSummary(view, state.typedCode)}
<section class="pane form-pane" aria-labelledby="payment-title">
<div class="pane-inner">
${state.problem ? html`<p class="problem" role="alert">${state.problem}</p>` : null}
<form method="post" action="${paths.checkout(view.session.id)}" data-card-form>
${amountField(view, state)}
<h2>Contact</h2>
${emailField(view, state)}
${view.collectsPayment ? cardSection(view, state) : html`<h2 id="payment-title">Payment</h2><p class="muted">No card is needed today.</p>`}
<button class="button pay" type="submit"><span>${buttonText(view)}</span></button>
</form>
${view.session.mode === 'subscription' ? html`<p class="fine">The subscription renews until it is canceled.</p>` : null}
</div>
</section>`,
  })
}

function emailField({ lockedEmail }: CheckoutView, { email, errors }: CheckoutFormState): Html {
  if (lockedEmail) {
    return html`<dl class="locked"><dt>Email</dt><dd>${lockedEmail}</dd></dl>`
  }
  return renderField({
    name: 'email',
    label: 'Email',
    type: 'email',
    inputMode: 'email',
    placeholder: 'you@example.com',
    maxLength: 512,
    value: email,
    error: errors.email,
    isFocused: firstError(errors) === 'email',
    incomplete: emailMessage,
  })
}

export const emailMessage = 'Your email is incomplete.'

function cardSection({ session, ways }: CheckoutView, state: CheckoutFormState): Html {
  const heading =
    session.mode === 'setup'
      ? wayNames[state.way]
      : state.way === 'card'
        ? 'Pay with card'
        : `Pay with ${wayNames[state.way]}`
  return html`<h2 id="payment-title">${heading}</h2>
${otherWays(session, ways, state.way)}
${state.way === 'card' ? html`${testCardList()}${cardFields(state)}` : bankFields(state.way, state)}`
}

/** Links to the same page with another way to pay. */
function otherWays(session: Stripe.Checkout.Session, ways: readonly string[], current: string): Html | null {
  const others = ways.filter((way) => way !== current)
  if (others.length === 0) return null
  return html`<p class="actions">${others.flatMap((way) =>
    way === 'card' || isBankType(way)
      ? html`<a class="button quiet" href="${paths.checkout(session.id)}?way=${way}">${wayNames[way]}</a> `
      : [],
  )}</p>`
}
