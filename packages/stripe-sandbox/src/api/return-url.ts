import type Stripe from 'stripe'
import { StripeApiError } from '../wire/errors.ts'

/** Where a challenge sends the browser. An intent that may redirect must be told. */
export function returnUrlOf(
  { object, automatic_payment_methods: automatic }: Stripe.PaymentIntent | Stripe.SetupIntent,
  given: string | undefined,
): string {
  if (given !== undefined) {
    if (URL.canParse(given)) return given
    throw new StripeApiError('Not a valid URL', { code: 'url_invalid', param: 'return_url' })
  }
  if (automatic?.enabled === true && automatic.allow_redirects !== 'never') {
    throw new StripeApiError(
      `This ${object === 'setup_intent' ? 'SetupIntent' : 'PaymentIntent'} is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods might redirect your customer off of your page, you must provide a \`return_url\`. If you don't want to accept redirect-based payment methods, set \`automatic_payment_methods[enabled]\` to \`true\` and \`automatic_payment_methods[allow_redirects]\` to \`never\` when creating Setup Intents and Payment Intents.`,
    )
  }
  return ''
}
