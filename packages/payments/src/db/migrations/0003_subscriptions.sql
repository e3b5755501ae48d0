create table billhook.subscriptions (
  id text primary key,
  owner_id text not null,
  stripe_customer_id text not null,
  status text not null,
  price_id text not null,
  product_id text not null,
  -- Of every item; product_id is the first one's.
  product_ids text[] not null,
  plan_nickname text,
  unit_amount_minor bigint,
  currency text not null,
  interval text,
  quantity integer,
  current_period_start timestamptz not null,
  current_period_end timestamptz not null,
  cancel_at_period_end boolean not null,
  cancel_at timestamptz,
  canceled_at timestamptz,
  ended_at timestamptz,
  trial_end timestamptz,
  latest_invoice_id text,
  stripe_created_at timestamptz not null,
  raw jsonb not null,
  synced_at timestamptz not null
);
create index subscriptions_owner on billhook.subscriptions (owner_id, stripe_created_at desc);
