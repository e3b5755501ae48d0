-- One row for this database. Its id is part of every idempotency key that Billhook sends, so that two databases on one
-- Stripe account never share a key. `livemode` is fixed by the first start: test rows and live rows never mix.
create table billhook.installation (
  only_row boolean primary key default true check (only_row),
  id uuid not null default gen_random_uuid(),
  livemode boolean
);
insert into billhook.installation default values;

-- Row first: the row is committed before Stripe is asked, and the idempotency key of that request derives from it. A process
-- that dies between Stripe's answer and our write finds the same Stripe customer again under the same key.
create table billhook.customers (
  id bigint generated always as identity primary key,
  owner_id text not null check (owner_id <> ''),
  stripe_customer_id text unique,
  email text,
  -- Part of the idempotency key. Grows when the request changed, or when Stripe remembers an error of its own under the old key.
  attempt integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  -- Set when the customer was deleted at Stripe; the owner then gets a new row. History keeps the old one.
  deleted_at timestamptz
);
create unique index customers_one_live_per_owner on billhook.customers (owner_id) where deleted_at is null;
