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
