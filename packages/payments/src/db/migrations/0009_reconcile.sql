-- Set for an event that the feed found although a webhook should have brought it by then: what its sync changes was drift.
-- False for deliveries, and for what the feed takes in an installation without an endpoint: nothing was missed there.
alter table billhook.events add column was_missed boolean not null default false;

-- How far work that lists Stripe page by page has come. Written with what the page brought, so that a crash repeats a page at most.
create table billhook.cursors (
  name text primary key,
  position jsonb not null,
  updated_at timestamptz not null
);

-- What a list of Stripe's showed otherwise than the mirror. A list answer is never written: each of these is fetched by its id
-- under its customer's lease, from due_at on (a webhook that is under way gets its time).
create table billhook.suspects (
  resource text not null,
  id text not null,
  stripe_customer_id text not null,
  due_at timestamptz not null,
  primary key (resource, id)
);
create index suspects_due on billhook.suspects (due_at);

-- Every mirror row that differed from Stripe although no event was waiting, as it was found and repaired.
create table billhook.drift (
  id bigint generated always as identity primary key,
  resource text not null,
  resource_id text not null,
  -- Null for the catalogue.
  owner_id text,
  -- [{field, mirror, stripe}]
  fields jsonb not null,
  -- Feed: when the missed event was made. Sweep: when the row was last known to be right (the object's birth when there was no row).
  since timestamptz not null,
  -- The missed event; null when it is not known.
  event_id text,
  event_type text,
  found_by text not null check (found_by in ('feed', 'sweep')),
  found_at timestamptz not null
);
create index drift_owner on billhook.drift (owner_id, id);
create index drift_found on billhook.drift (found_at);

-- What the sweep asks for.
create index subscriptions_unended on billhook.subscriptions (stripe_created_at) where status not in ('canceled', 'incomplete_expired');
create index invoices_unsettled on billhook.invoices (stripe_created_at) where status in ('draft', 'open');
create index checkout_sessions_open on billhook.checkout_sessions (stripe_created_at) where status = 'open';
