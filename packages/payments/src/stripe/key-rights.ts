/** A line of the form for restricted keys in Stripe's dashboard, where *write* includes *read*. */
export interface KeyRight {
  /** As the docs here call it. */
  name: string
  access: 'read' | 'write'
  /** The members of the client that nobody may call without it. */
  members: readonly string[]
  /** Where it is needed for one thing only. */
  onlyFor?: string
  /** Without it something else is asked. Not every form has the line. */
  isDispensable?: true
}

/**
 * Everything that is asked of Stripe. A test holds it against each call in the source and against docs/2-going-live.md: whoever adds a
 * call says here which right it needs, before a restricted key finds it out.
 */
export const KEY_RIGHTS: readonly KeyRight[] = [
  { name: 'Customers', access: 'write', members: ['customers'] },
  { name: 'Checkout Sessions', access: 'write', members: ['checkout.sessions'] },
  {
    name: 'Customer portal',
    access: 'write',
    members: ['billingPortal.sessions', 'billingPortal.configurations'],
  },
  { name: 'Subscriptions', access: 'write', members: ['subscriptions'] },
  { name: 'Subscription schedules', access: 'write', members: ['subscriptionSchedules'] },
  { name: 'Products', access: 'read', members: ['products'] },
  { name: 'Prices', access: 'read', members: ['prices'] },
  { name: 'Invoices', access: 'read', members: ['invoices', 'invoicePayments'] },
  { name: 'PaymentIntents', access: 'read', members: ['paymentIntents'] },
  { name: 'Charges and Refunds', access: 'read', members: ['charges', 'refunds'] },
  { name: 'Disputes', access: 'read', members: ['disputes'] },
  { name: 'Radar', access: 'read', members: ['radar.earlyFraudWarnings'] },
  { name: 'Events', access: 'read', members: ['events'] },
  { name: 'Accounts', access: 'read', members: ['accounts'], isDispensable: true },
  { name: 'Webhook Endpoints', access: 'read', members: ['webhookEndpoints'], onlyFor: 'billhook doctor' },
  {
    name: 'Charges and Refunds',
    access: 'write',
    members: ['refunds'],
    onlyFor: 'DUPLICATE_SUBSCRIPTIONS=cancel-newer-and-refund',
  },
]
