import type Stripe from 'stripe'
import { idOf } from '../store/tables.ts'

export interface InvoiceInput {
  id: string
  lines: Stripe.InvoiceLineItem[]
  customer: Stripe.Customer
  currency: string
  created: number
  billingReason: Stripe.Invoice.BillingReason
  subscription: { id: string; metadata: Stripe.Metadata } | null
  /** The window in which items were collected, not the service period (that is on the lines). Unix seconds. */
  periodStart: number
  periodEnd: number
  /** When it is finalized by itself, unix seconds; null: whoever made it does so. */
  finalizesAt?: number | null
  collectionMethod?: Stripe.Invoice.CollectionMethod
  /** Ids of discounts of the whole invoice. */
  discounts?: readonly string[]
  defaultTaxRates?: readonly Stripe.TaxRate[]
  isAutoAdvanced?: boolean
  defaultPaymentMethod?: string | null
  description?: string | null
  footer?: string | null
  customFields?: Stripe.Invoice.CustomField[] | null
  metadata?: Stripe.Metadata
  account: { name: string; country: string }
}

/** A draft invoice whose amounts are still to be computed (billing/invoice-totals.ts). */
export function buildInvoice(input: InvoiceInput): Stripe.Invoice {
  const { customer } = input
  return {
    id: input.id,
    object: 'invoice',
    account_country: input.account.country,
    account_name: input.account.name,
    account_tax_ids: null,
    amount_due: 0,
    amount_overpaid: 0,
    amount_paid: 0,
    amount_remaining: 0,
    amount_shipping: 0,
    application: null,
    attempt_count: 0,
    attempted: false,
    auto_advance: input.isAutoAdvanced ?? true,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null, provider: null, status: null },
    automatically_finalizes_at: input.finalizesAt ?? null,
    billing_reason: input.billingReason,
    collection_method: input.collectionMethod ?? 'charge_automatically',
    created: input.created,
    currency: input.currency,
    custom_fields: input.customFields ?? customer.invoice_settings.custom_fields,
    customer: customer.id,
    customer_account: null,
    customer_address: customer.address ?? null,
    customer_email: customer.email,
    customer_name: customer.name ?? null,
    customer_phone: customer.phone ?? null,
    customer_shipping: customer.shipping,
    customer_tax_exempt: customer.tax_exempt ?? 'none',
    customer_tax_ids: [],
    default_payment_method: input.defaultPaymentMethod ?? null,
    default_source: null,
    default_tax_rates: [...(input.defaultTaxRates ?? [])],
    description: input.description ?? null,
    discounts: [...(input.discounts ?? [])],
    due_date: null,
    effective_at: null,
    ending_balance: null,
    footer: input.footer ?? customer.invoice_settings.footer,
    from_invoice: null,
    hosted_invoice_url: null,
    invoice_pdf: null,
    issuer: { type: 'self' },
    last_finalization_error: null,
    latest_revision: null,
    lines: {
      object: 'list',
      data: input.lines,
      has_more: false,
      url: `/v1/invoices/${input.id}/lines`,
    },
    livemode: false,
    metadata: input.metadata ?? {},
    next_payment_attempt: null,
    number: null,
    on_behalf_of: null,
    parent: parentOf(input.subscription),
    payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
    period_end: input.periodEnd,
    period_start: input.periodStart,
    post_payment_credit_notes_amount: 0,
    pre_payment_credit_notes_amount: 0,
    receipt_number: null,
    rendering: null,
    shipping_cost: null,
    shipping_details: null,
    starting_balance: 0,
    statement_descriptor: null,
    status: 'draft',
    status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null },
    subtotal: 0,
    subtotal_excluding_tax: 0,
    test_clock: idOf(customer.test_clock),
    total: 0,
    total_discount_amounts: [],
    total_excluding_tax: 0,
    total_pretax_credit_amounts: [],
    total_taxes: [],
    webhooks_delivered_at: input.created,
  }
}

function parentOf(subscription: InvoiceInput['subscription']): Stripe.Invoice.Parent | null {
  if (subscription === null) return null
  return {
    quote_details: null,
    subscription_details: { metadata: subscription.metadata, subscription: subscription.id },
    type: 'subscription_details',
  }
}
