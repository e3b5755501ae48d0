/** Pays a hosted Checkout of the sandbox without a browser, as its form does. Answers where the buyer is sent then. */
export async function payInSandbox(checkoutUrl: string, cardNumber = '4242424242424242'): Promise<string> {
  const response = await fetch(checkoutUrl, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ number: cardNumber, expiry: '12 / 40', cvc: '123', name: 'Ada Lovelace' }),
  })
  const location = response.headers.get('Location')
  if (location === null)
    throw new Error(`Checkout answered ${response.status} instead of sending the buyer on.`)
  return location
}
