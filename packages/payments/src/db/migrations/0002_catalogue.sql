create table billhook.products (
  id text primary key,
  name text not null,
  description text,
  active boolean not null,
  metadata jsonb not null,
  features jsonb not null,
  stripe_created_at timestamptz not null,
  raw jsonb not null,
  synced_at timestamptz not null
);

create table billhook.prices (
  id text primary key,
  product_id text not null,
  kind text not null check (kind in ('one_time', 'recurring')),
  active boolean not null,
  -- Minor units; null for tiered and metered prices, which are mirrored but never offered.
  unit_amount_minor bigint,
  currency text not null,
  interval text,
  interval_count integer,
  nickname text,
  lookup_key text,
  stripe_created_at timestamptz not null,
  raw jsonb not null,
  synced_at timestamptz not null
);
create index prices_product on billhook.prices (product_id);

-- A plan is a recurring price offered to users. It keeps its number for ever: a price that returns is the same plan.
create table billhook.plans (
  id integer generated always as identity primary key,
  stripe_price_id text not null unique,
  name text not null,
  amount_minor bigint not null,
  currency text not null,
  interval text not null,
  interval_count integer not null,
  features jsonb not null,
  is_active boolean not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
