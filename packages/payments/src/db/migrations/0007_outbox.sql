-- Transitions, stored in the transaction that changed the mirror. `dedupe_key` makes each reach the outbox once, whoever
-- finds it and however often it is derived.
create table billhook.outbox (
  id bigint generated always as identity primary key,
  owner_id text not null,
  type text not null,
  dedupe_key text not null unique,
  payload jsonb not null,
  occurred_at timestamptz not null
);
create index outbox_owner on billhook.outbox (owner_id, id);

-- What an owner was last told of his access. Every transaction that may tell an owner something locks this row first, so that
-- what is told to one owner has the order of the commits.
create table billhook.access (
  owner_id text primary key,
  -- As in `GET /payments/access`. Null: nobody has looked yet, and what the first look finds is no change (a backfill).
  told jsonb,
  -- Counts the changes.
  version integer not null default 0,
  -- When time alone may change something for this owner.
  look_again_at timestamptz
);
create index access_due on billhook.access (look_again_at) where look_again_at is not null;

-- Who is to get the app's events: `handlers`, or the URL of an endpoint. Named by the processes that deliver there; what is stored
-- while a target is named is queued for it.
create table billhook.outbox_targets (
  name text primary key,
  claimed_at timestamptz not null
);

-- What became of one event at one target.
--   pending   waits; of one owner the first one goes before all others
--   delivered taken
--   dead      given up; last_error says why; an operator retries it
create table billhook.outbox_deliveries (
  target text not null,
  outbox_id bigint not null,
  owner_id text not null,
  status text not null check (status in ('pending', 'delivered', 'dead')),
  attempts integer not null default 0,
  last_error text,
  created_at timestamptz not null,
  finished_at timestamptz,
  primary key (outbox_id, target)
);
create index outbox_deliveries_pending on billhook.outbox_deliveries (target, owner_id, outbox_id) where status = 'pending';
create index outbox_deliveries_oldest on billhook.outbox_deliveries (created_at) where status = 'pending';
create index outbox_deliveries_dead on billhook.outbox_deliveries (outbox_id) where status = 'dead';

-- One row for each owner and target with something pending: what is claimed, and what waits after a failure. The token is the fence
-- of a claim; it grows with each.
create table billhook.outbox_queues (
  target text not null,
  owner_id text not null,
  due_at timestamptz not null,
  claimed_until timestamptz,
  token bigint not null,
  primary key (target, owner_id)
);
create index outbox_queues_due on billhook.outbox_queues (target, due_at);
