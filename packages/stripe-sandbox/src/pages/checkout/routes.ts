import { Hono } from 'hono'
import { applyTypedCode, removeCheckoutDiscount } from '../../billing/checkout-discount.ts'
import { currentCheckoutSession } from '../../billing/expire-checkout-session.ts'
import type { PaymentOutcome } from '../../billing/outcomes.ts'
import { payCheckoutSession } from '../../billing/pay-checkout-session.ts'
import { isBankType } from '../../billing/test-banks.ts'
import type { Context } from '../../context.ts'
import { attempt } from '../attempt.ts'
import { afterChallenge } from '../authentication/after-challenge.ts'
import { firstError } from '../card-fields.ts'
import type { FieldErrors } from '../field.ts'
import { readForm, textOf } from '../form.ts'
import type { PageEnv, PageHttp } from '../page-env.ts'
import { paths } from '../paths.ts'
import { declineErrors, readCard } from '../read-card.ts'
import { safeLink } from '../safe-link.ts'
import { setPolicy } from '../security.ts'
import { readAmount } from './amount-field.ts'
import { completePage, expiredPage, unknownCheckoutPage } from './closed-pages.ts'
import { type CheckoutFormState, checkoutPage, emailMessage } from './page.ts'
import { emptyCode, untyped } from './promotion-code.ts'
import { withSessionId } from './success-address.ts'
import { type CheckoutView, readCheckout } from './view.ts'

/**
 * Hosted Checkout. Form fields, for scripts that post them: `amount` (when the buyer
 * chooses it, `25.50`), `email` (when it is not known yet), `number`, `expiry` (`MM / YY`),
 * `cvc`, `name`. A payment is one store transaction that begins with the session's state, so that of two posts one pays and
 * the other finds the session complete. A promotion code is a form of its own (`promotion_code`), below it.
 */
export function checkoutRoutes(): Hono<PageEnv> {
  const app = new Hono<PageEnv>()
  const path = paths.checkout(':sessionId')

  app.get(path, (http) =>
    show(http.get('context'), http, afterChallenge(http.get('context'), http.req.query('authentication'))),
  )

  app.post(path, async (http) => {
    const context = http.get('context')
    const view = readCheckout(context, http.req.param('sessionId') ?? '')
    if (!view || stateOf(context, view) !== 'open') return show(context, http, {})
    const form = await readForm(http)
    const way = wayOf(view, textOf(form, 'way'))
    const typed = {
      amount: textOf(form, 'amount'),
      email: textOf(form, 'email'),
      name: textOf(form, 'name'),
      way,
    }
    const read = readTyped(view, form, way, context.clock.now())
    if ('errors' in read) return show(context, http, { ...typed, errors: read.errors }, 400)
    const outcome = attempt(context, () =>
      payCheckoutSession(context, view.session.id, {
        email: view.lockedEmail ?? typed.email,
        name: typed.name || null,
        ...read,
      }),
    )
    return answer(context, http, outcome, typed)
  })

  app.post(paths.promotionCode(':sessionId', 'apply'), async (http) => {
    const context = http.get('context')
    const sessionId = http.req.param('sessionId') ?? ''
    const typed = textOf(await readForm(http), 'promotion_code')
    const error = context.store.transaction(() => applyCode(context, sessionId, typed))
    if (error === null) return http.redirect(paths.checkout(sessionId), 303)
    return show(context, http, { typedCode: { text: typed, error } }, 400)
  })

  app.post(paths.promotionCode(':sessionId', 'remove'), (http) => {
    const context = http.get('context')
    const sessionId = http.req.param('sessionId') ?? ''
    context.store.transaction(() => {
      const session = currentCheckoutSession(context, sessionId)
      if (session) removeCheckoutDiscount(context, session)
    })
    return http.redirect(paths.checkout(sessionId), 303)
  })
  return app
}

/** What is wrong with a typed code; null when it was applied, or when the page has something else to say. */
function applyCode(context: Context, sessionId: string, typed: string): string | null {
  const session = currentCheckoutSession(context, sessionId)
  if (session?.status !== 'open') return null
  if (typed === '') return emptyCode
  const outcome = applyTypedCode(context, session, typed)
  return 'message' in outcome ? outcome.message : null
}

function answer(
  context: Context,
  http: PageHttp,
  outcome: PaymentOutcome,
  typed: Pick<CheckoutFormState, 'amount' | 'email' | 'name' | 'way'>,
): Response | Promise<Response> {
  switch (outcome.outcome) {
    case 'complete': {
      const session = context.store.get('checkout.session', http.req.param('sessionId') ?? '')
      const target = session && safeLink(withSessionId(session))
      return target ? http.redirect(target, 303) : show(context, http, {})
    }
    case 'requires_action':
      return http.redirect(paths.authentication(outcome.authenticationId), 303)
    case 'declined':
      return show(context, http, { ...typed, errors: declineErrors(outcome) }, 402)
    case 'closed':
      return show(context, http, {})
  }
}

/** The page that fits the session's state: the form, or why there is none. */
function show(
  context: Context,
  http: PageHttp,
  state: Partial<CheckoutFormState>,
  status: 200 | 400 | 402 = 200,
): Response | Promise<Response> {
  const view = readCheckout(context, http.req.param('sessionId') ?? '')
  if (!view) return http.html(unknownCheckoutPage(), 404)
  switch (stateOf(context, view)) {
    case 'complete':
      return http.html(completePage(view.session))
    case 'expired':
      return http.html(expiredPage(view.session), 410)
    case 'open': {
      setPolicy(http, 'any-site')
      const way = wayOf(view, http.req.query('way'))
      const fresh = {
        amount: null,
        email: '',
        name: '',
        errors: {},
        problem: null,
        typedCode: untyped,
        way,
        now: context.clock.now(),
      }
      return http.html(checkoutPage(view, { ...fresh, ...state }), status)
    }
  }
}

/** A session whose time is over is expired for a buyer also before the timer says so. */
function stateOf(context: Context, { session }: CheckoutView): 'open' | 'complete' | 'expired' {
  if (session.status === 'complete') return 'complete'
  return session.status === 'open' && session.expires_at > context.clock.now() ? 'open' : 'expired'
}

/** The way to pay that was asked for, or the session's first one. */
function wayOf({ ways }: CheckoutView, wanted: string | undefined): CheckoutFormState['way'] {
  const way = wanted && ways.includes(wanted) ? wanted : ways[0]
  return way !== undefined && isBankType(way) ? way : 'card'
}

function readTyped(view: CheckoutView, form: URLSearchParams, way: CheckoutFormState['way'], now: number) {
  const errors: FieldErrors = {}
  if (!view.lockedEmail && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(textOf(form, 'email')))
    errors.email = emailMessage
  const amount = readAmount(view.customAmount, textOf(form, 'amount'))
  if (typeof amount === 'string') errors.amount = amount
  const amountMinor = typeof amount === 'number' ? amount : undefined
  if (!view.collectsPayment) return firstError(errors) ? { errors } : { card: null }
  if (way !== 'card') {
    if (textOf(form, 'name') === '') errors.name = 'The name is missing.'
    const bank = { type: way, number: textOf(form, 'account') }
    return firstError(errors) ? { errors } : { card: null, bank, amountMinor }
  }
  const card = readCard(form, now)
  if ('errors' in card) return { errors: { ...errors, ...card.errors } }
  return firstError(errors) ? { errors } : { card: card.read.card, amountMinor }
}
