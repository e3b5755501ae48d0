import { createHmac } from 'node:crypto'

/**
 * Requests that deliver distinct, correctly signed `customer.updated` events of about 4 KB. One table and no related
 * objects: the cheapest kind for a peer that writes the payload's object into its own table.
 */
export function signedEventRequests(options: { path: string; secret: string; host: string; run: string }) {
  const [before, between, after] = template()
  let sequence = 0
  return (): Buffer => {
    const id = `${options.run}${String(sequence++).padStart(10, '0')}`
    const body = `${before}evt_${id}${between}cus_${id}${after}`
    const timestamp = Math.floor(Date.now() / 1000)
    const signature = createHmac('sha256', options.secret).update(`${timestamp}.${body}`).digest('hex')
    return Buffer.from(
      `POST ${options.path} HTTP/1.1\r\nHost: ${options.host}\r\nContent-Type: application/json; charset=utf-8\r\n` +
        `Stripe-Signature: t=${timestamp},v1=${signature}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    )
  }
}

function template(): [string, string, string] {
  const created = 1_790_000_000
  const metadata = Object.fromEntries(
    Array.from({ length: 30 }, (_, index) => [`key_${index}`, 'x'.repeat(80)]),
  )
  const event = {
    id: '@EVENT@',
    object: 'event',
    api_version: '2026-10-28.endive',
    created,
    data: {
      object: {
        id: '@CUSTOMER@',
        object: 'customer',
        address: null,
        balance: 0,
        created,
        currency: 'usd',
        default_source: null,
        delinquent: false,
        description: 'A customer of the bench',
        discount: null,
        email: 'bench@example.com',
        invoice_prefix: 'BENCH',
        invoice_settings: {
          custom_fields: null,
          default_payment_method: null,
          footer: null,
          rendering_options: null,
        },
        livemode: false,
        metadata,
        name: 'Bench',
        next_invoice_sequence: 1,
        phone: null,
        preferred_locales: [],
        shipping: null,
        tax_exempt: 'none',
        test_clock: null,
      },
      previous_attributes: { balance: 1 },
    },
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type: 'customer.updated',
  }
  const [before = '', rest = ''] = JSON.stringify(event).split('@EVENT@')
  const [between = '', after = ''] = rest.split('@CUSTOMER@')
  return [before, between, after]
}
