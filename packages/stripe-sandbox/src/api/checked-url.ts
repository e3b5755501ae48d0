import { StripeApiError } from '../wire/errors.ts'

/** Where to deliver to. Plain http is allowed, as in Stripe's test mode. @throws StripeApiError */
export function checkedUrl(url: string, param: string): string {
  const isUrl = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)
  if (isUrl) return url
  throw new StripeApiError('Invalid URL: An explicit scheme (such as https) must be provided.', {
    code: 'url_invalid',
    param,
    isRemembered: false,
  })
}
