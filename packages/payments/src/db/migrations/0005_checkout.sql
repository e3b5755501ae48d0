create table billhook.checkout_sessions (
  id text primary key,
  owner_id text not null,
  stripe_customer_id text not null,
  mode text not null,
  status text not null,
  payment_status text not null,
  subscription_id text,
  payment_id text,
  invoice_id text,
  currency text,
  amount_total_minor bigint,
  -- [{price_id, product_id, description, quantity, amount_total_minor, currency}]
  line_items jsonb not null,
  stripe_created_at timestamptz not null,
  raw jsonb not null,
  synced_at timestamptz not null
);
create index checkout_sessions_owner on billhook.checkout_sessions (owner_id, stripe_created_at desc);

-- The right of one owner to one payable subscription Checkout at a time. States:
--   open      the session is, or may be, payable at Stripe (no session id yet: Stripe has not answered, the same request
--             under the same idempotency key finds out)
--   completed the session was paid; its subscription is in the mirror (same transaction)
--   expired   Stripe said that the session can no longer be paid
--   released  Stripe refused to make the session
-- Only Stripe's word moves a row with a session out of `open`; time alone never does.
create table billhook.reservations (
  id uuid primary key,
  owner_id text not null,
  price_id text not null,
  -- What makes two requests the same request: price and return paths.
  fingerprint text not null,
  -- The exact parameters of the Stripe request: a repeat under the same key must send the same.
  session_parameters jsonb not null,
  status text not null check (status in ('open', 'completed', 'expired', 'released')),
  stripe_session_id text unique,
  checkout_url text,
  expires_at timestamptz not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index reservations_one_open_per_owner on billhook.reservations (owner_id) where status = 'open';
