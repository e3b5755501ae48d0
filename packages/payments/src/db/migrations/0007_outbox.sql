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
