create table billhook.invoices (
  id text primary key,
  owner_id text not null,
  stripe_customer_id text not null,
  subscription_id text,
  status text not null,
  billing_reason text,
  number text,
  currency text not null,
  total_minor bigint not null,
  amount_due_minor bigint not null,
  amount_paid_minor bigint not null,
  -- Only of invoices sent by mail; others are due at once.
  due_at timestamptz,
  hosted_invoice_url text,
  invoice_pdf_url text,
  stripe_created_at timestamptz not null,
  raw jsonb not null,
  synced_at timestamptz not null
);
create index invoices_owner on billhook.invoices (owner_id, stripe_created_at desc, id desc);

-- One row per PaymentIntent, with what its latest charge says.
create table billhook.payments (
  id text primary key,
  owner_id text not null,
  stripe_customer_id text not null,
  status text not null,
  currency text not null,
  amount_minor bigint not null,
  amount_received_minor bigint not null,
  amount_refunded_minor bigint not null,
  is_disputed boolean not null,
  description text,
  receipt_url text,
  failure_code text,
  stripe_created_at timestamptz not null,
  raw jsonb not null,
  synced_at timestamptz not null
);
create index payments_owner on billhook.payments (owner_id, stripe_created_at desc, id desc);

-- Which payments settle which invoice (Stripe's InvoicePayment; one invoice can have several).
create table billhook.invoice_payments (
  id text primary key,
  invoice_id text not null,
  payment_id text not null,
  status text not null,
  amount_paid_minor bigint,
  synced_at timestamptz not null
);
create index invoice_payments_invoice on billhook.invoice_payments (invoice_id);
create index invoice_payments_payment on billhook.invoice_payments (payment_id);

create table billhook.refunds (
  id text primary key,
  owner_id text not null,
  stripe_customer_id text not null,
  payment_id text,
  status text not null,
  currency text not null,
  amount_minor bigint not null,
  reason text,
  stripe_created_at timestamptz not null,
  raw jsonb not null,
  synced_at timestamptz not null
);
create index refunds_owner on billhook.refunds (owner_id, stripe_created_at desc, id desc);

-- A payment can have several. The money is gone while one is open, and stays so when it is lost.
create table billhook.disputes (
  id text primary key,
  owner_id text not null,
  stripe_customer_id text not null,
  payment_id text,
  charge_id text not null,
  status text not null,
  reason text not null,
  currency text not null,
  amount_minor bigint not null,
  evidence_due_by timestamptz,
  stripe_created_at timestamptz not null,
  raw jsonb not null,
  synced_at timestamptz not null
);
create index disputes_payment on billhook.disputes (payment_id);
create index disputes_owner on billhook.disputes (owner_id, stripe_created_at desc, id desc);

-- A card network's word, mostly before a dispute: refund now, or lose it later.
create table billhook.fraud_warnings (
  id text primary key,
  owner_id text not null,
  stripe_customer_id text not null,
  payment_id text,
  charge_id text not null,
  fraud_type text not null,
  -- It has not led to a refund or a dispute yet.
  is_actionable boolean not null,
  stripe_created_at timestamptz not null,
  raw jsonb not null,
  synced_at timestamptz not null
);
create index fraud_warnings_owner on billhook.fraud_warnings (owner_id, stripe_created_at desc, id desc);
