import type { Insertable } from 'kysely'
import type { Database } from '../../src/db/connect.ts'
import type { Tables } from '../../src/db/tables.ts'

type Row<T extends keyof Tables> = Insertable<Tables[T]>

const AT = new Date('2024-01-01T00:00:00Z')

/** Rows as a sync would have written them; what a test is about is given, the rest is the contract's example. */
export const mirror = {
  async product(db: Database, row: Partial<Row<'products'>> = {}): Promise<void> {
    const product: Row<'products'> = {
      id: 'prod_xxxxxx',
      name: 'Premium Plan',
      description: 'Full access to all features',
      active: true,
      metadata: '{}',
      features: '[]',
      stripe_created_at: AT,
      raw: '{}',
      synced_at: AT,
      ...row,
    }
    await db.query.insertInto('products').values(product).execute()
  },

  async price(db: Database, row: Partial<Row<'prices'>> = {}): Promise<void> {
    const price: Row<'prices'> = {
      id: 'price_xxxxxx',
      product_id: 'prod_xxxxxx',
      kind: 'recurring',
      active: true,
      unit_amount_minor: 2999,
      currency: 'usd',
      interval: row.kind === 'one_time' ? null : 'month',
      interval_count: row.kind === 'one_time' ? null : 1,
      nickname: null,
      lookup_key: null,
      stripe_created_at: AT,
      raw: '{}',
      synced_at: AT,
      ...row,
    }
    await db.query.insertInto('prices').values(price).execute()
  },

  async plan(db: Database, row: Partial<Row<'plans'>> = {}): Promise<void> {
    const plan: Row<'plans'> = {
      stripe_price_id: 'price_xxxxxx',
      name: 'Basic Plan',
      amount_minor: 999,
      currency: 'usd',
      interval: 'month',
      interval_count: 1,
      features: '["Feature 1", "Feature 2"]',
      is_active: true,
      created_at: AT,
      updated_at: AT,
      ...row,
    }
    await db.query.insertInto('plans').values(plan).execute()
  },

  async subscription(db: Database, row: Partial<Row<'subscriptions'>> = {}): Promise<void> {
    const subscription: Row<'subscriptions'> = {
      id: 'sub_xxxxxx',
      owner_id: 'ann',
      stripe_customer_id: 'cus_ann',
      status: 'active',
      price_id: 'price_xxxxxx',
      product_id: 'prod_xxxxxx',
      product_ids: [row.product_id ?? 'prod_xxxxxx'],
      plan_nickname: 'Premium Plan',
      unit_amount_minor: 2999,
      currency: 'usd',
      interval: 'month',
      quantity: 1,
      current_period_start: AT,
      current_period_end: new Date('2024-02-01T00:00:00Z'),
      cancel_at_period_end: false,
      cancel_at: null,
      canceled_at: null,
      ended_at: null,
      trial_end: null,
      latest_invoice_id: null,
      stripe_created_at: AT,
      raw: '{}',
      synced_at: AT,
      ...row,
    }
    await db.query.insertInto('subscriptions').values(subscription).execute()
  },

  async payment(db: Database, row: Partial<Row<'payments'>> & { id: string }): Promise<void> {
    const payment: Row<'payments'> = {
      owner_id: 'ann',
      stripe_customer_id: 'cus_ann',
      status: 'succeeded',
      currency: 'usd',
      amount_minor: 2999,
      amount_received_minor: 2999,
      amount_refunded_minor: 0,
      is_disputed: false,
      description: null,
      receipt_url: `https://receipts.example/${row.id}`,
      failure_code: null,
      stripe_created_at: AT,
      raw: '{}',
      synced_at: AT,
      ...row,
    }
    await db.query.insertInto('payments').values(payment).execute()
  },

  async refund(db: Database, row: Partial<Row<'refunds'>> & { id: string }): Promise<void> {
    const refund: Row<'refunds'> = {
      owner_id: 'ann',
      stripe_customer_id: 'cus_ann',
      payment_id: null,
      status: 'succeeded',
      currency: 'usd',
      amount_minor: 500,
      reason: 'requested_by_customer',
      stripe_created_at: AT,
      raw: '{}',
      synced_at: AT,
      ...row,
    }
    await db.query.insertInto('refunds').values(refund).execute()
  },

  async dispute(db: Database, row: Partial<Row<'disputes'>> & { id: string }): Promise<void> {
    const dispute: Row<'disputes'> = {
      owner_id: 'ann',
      stripe_customer_id: 'cus_ann',
      payment_id: null,
      charge_id: 'ch_xxxxxx',
      status: 'lost',
      reason: 'fraudulent',
      currency: 'usd',
      amount_minor: 2999,
      evidence_due_by: null,
      stripe_created_at: AT,
      raw: '{}',
      synced_at: AT,
      ...row,
    }
    await db.query.insertInto('disputes').values(dispute).execute()
  },

  async session(db: Database, row: Partial<Row<'checkout_sessions'>> & { id: string }): Promise<void> {
    const session: Row<'checkout_sessions'> = {
      owner_id: 'ann',
      stripe_customer_id: 'cus_ann',
      mode: 'payment',
      status: 'complete',
      payment_status: 'paid',
      subscription_id: null,
      payment_id: null,
      invoice_id: null,
      currency: 'usd',
      amount_total_minor: 2999,
      line_items: JSON.stringify([{ price_id: 'price_xxxxxx', product_id: 'prod_xxxxxx', quantity: 1 }]),
      stripe_created_at: AT,
      raw: '{}',
      synced_at: AT,
      ...row,
    }
    await db.query.insertInto('checkout_sessions').values(session).execute()
  },

  async invoice(
    db: Database,
    row: Partial<Row<'invoices'>> & { id: string },
    options: { paidBy?: string } = {},
  ): Promise<void> {
    const invoice: Row<'invoices'> = {
      owner_id: 'ann',
      stripe_customer_id: 'cus_ann',
      subscription_id: 'sub_xxxxxx',
      status: 'paid',
      billing_reason: 'subscription_cycle',
      number: 'ABC-0001',
      currency: 'usd',
      total_minor: 2999,
      amount_due_minor: 2999,
      amount_paid_minor: 2999,
      due_at: null,
      hosted_invoice_url: `https://invoices.example/${row.id}`,
      invoice_pdf_url: `https://invoices.example/${row.id}.pdf`,
      stripe_created_at: AT,
      raw: '{}',
      synced_at: AT,
      ...row,
    }
    await db.query.insertInto('invoices').values(invoice).execute()
    if (options.paidBy === undefined) return
    await db.query
      .insertInto('invoice_payments')
      .values({
        id: `inpay_${row.id}`,
        invoice_id: row.id,
        payment_id: options.paidBy,
        status: 'paid',
        amount_paid_minor: 2999,
        synced_at: AT,
      })
      .execute()
  },
}
