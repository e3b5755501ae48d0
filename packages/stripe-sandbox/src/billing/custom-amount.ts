import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { wireDecimal } from '../wire/decimal.ts'
import { StripeApiError } from '../wire/errors.ts'
import { checkoutLimitProblem } from './checkout-limits.ts'
import { formatAmount, leastChargeMinor, mostChargeMinor } from './currency.ts'
import { priceIn } from './price-in.ts'
import { repriceCheckout } from './reprice-checkout.ts'

/** What the buyer of a session decides himself: the amount of its one line. */
export interface CustomAmount {
  line: Stripe.LineItem
  /** Minor units of the line's currency. */
  leastMinor: number
  mostMinor: number
  /** The preset, or what was chosen in an attempt before; null while there is neither. */
  currentMinor: number | null
}

/** Null: the session's amounts are the shop's. */
export function customAmountOf(context: Pick<Context, 'store'>, sessionId: string): CustomAmount | null {
  const [line] = context.store.get('checkout_line_items', sessionId)?.data ?? []
  const custom = line?.price ? priceIn(context, line.price, line.currency).custom_unit_amount : null
  if (!line || !custom) return null
  return {
    line,
    leastMinor: custom.minimum ?? leastChargeMinor(line.currency),
    mostMinor: custom.maximum ?? mostChargeMinor(line.currency),
    currentMinor: line.amount_subtotal || null,
  }
}

/**
 * An open session with the amount that its buyer chose; it keeps it when the payment then fails. Null chooses nothing new.
 * @throws StripeApiError when it is not between the bounds, or cannot be charged; the caller's transaction is not kept then.
 */
export function chooseAmount(
  context: Context,
  session: Stripe.Checkout.Session,
  amountMinor: number | null,
): Stripe.Checkout.Session {
  const custom = customAmountOf(context, session.id)
  const terms = context.store.get('checkout_terms', session.id)
  if (custom === null || terms === undefined) return session
  const chosenMinor = amountMinor ?? custom.currentMinor
  checkBounds(custom, chosenMinor)
  if (chosenMinor === custom.currentMinor) return session
  context.store.put('checkout_line_items', {
    id: session.id,
    data: [{ ...custom.line, amount_subtotal: chosenMinor }],
  })
  const priced = repriceCheckout(context, session, terms)
  const problem = checkoutLimitProblem(priced)
  if (problem === null) return priced
  throw new StripeApiError(problem.message, { code: problem.code ?? 'amount_too_small' })
}

/** The price of a line as its buyer pays it: with the chosen amount, in the line's currency. */
export function chosenPrice(
  context: Pick<Context, 'store'>,
  price: Stripe.Price,
  line: Stripe.LineItem,
): Stripe.Price {
  const sold = priceIn(context, price, line.currency)
  if (!sold.custom_unit_amount) return price
  const amountMinor = line.amount_subtotal
  return { ...sold, unit_amount: amountMinor, unit_amount_decimal: wireDecimal(amountMinor) }
}

function checkBounds(
  { line, leastMinor, mostMinor }: CustomAmount,
  amountMinor: number | null,
): asserts amountMinor is number {
  const text = (minor: number): string => formatAmount(minor, line.currency)
  if (amountMinor === null) throw new StripeApiError('Enter an amount.', { code: 'amount_too_small' })
  if (amountMinor < leastMinor) {
    throw new StripeApiError(`The amount must be at least ${text(leastMinor)}.`, { code: 'amount_too_small' })
  }
  if (amountMinor > mostMinor) {
    throw new StripeApiError(`The amount must be at most ${text(mostMinor)}.`, { code: 'amount_too_large' })
  }
}
