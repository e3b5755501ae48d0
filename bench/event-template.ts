import { createHash } from 'node:crypto'

/** A `customer.updated` event of about 4 KB, in three pieces: its id stands behind the first, its customer's behind the second. */
export type EventTemplate = readonly [before: string, between: string, after: string]

const CREATED = 1_790_000_000

/**
 * The cheapest kind for a peer that writes the payload's object into its own table: one table, no related objects. The metadata
 * (ids, dates, words) make it as long as most of Stripe's events are, and as hard to compress: two to three times.
 */
export function eventTemplate(): EventTemplate {
  const event = {
    id: '@EVENT@',
    object: 'event',
    api_version: '2026-10-28.endive',
    created: CREATED,
    data: {
      object: {
        id: '@CUSTOMER@',
        object: 'customer',
        address: null,
        balance: 0,
        created: CREATED,
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
        metadata: Object.fromEntries(Array.from({ length: 36 }, (_, index) => metadataPair(index))),
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

const WORDS = [
  'starter',
  'workspace',
  'seat',
  'monthly',
  'invited by',
  'imported from',
  'renewal',
  'region eu',
]

function metadataPair(index: number): [string, string] {
  const digest = createHash('sha256').update(String(index)).digest()
  const word = (at: number) => WORDS[(digest[at] ?? 0) % WORDS.length]
  const day = new Date((CREATED + digest.readUInt32BE(0) / 100) * 1000).toISOString()
  return [
    `${word(4)}_${index}`.replace(' ', '_'),
    `${digest.toString('hex', 0, 12)} ${day} ${word(5)} ${word(6)} ${word(7)}`,
  ]
}
