-- The inbox. Every event that Stripe delivered, once, under its own id. The row is the queue, the audit log and the replay tool.
--   pending   waits for the drain, from next_attempt_at on
--   processed its doorbells were synced, in the transaction that set this
--   ignored   nothing of ours is stale: unknown type or foreign object (note says which)
--   dead      kept failing; last_error says why; an operator retries or ignores it
--
-- One partition a week, so that what is old is dropped and not deleted (jobs/retention). An event has the same `created` whenever and
-- however often it comes, so that it always meets itself in the same partition.
create table billhook.events (
  id text not null,
  type text not null,
  -- What is drained together and under one lease: the Stripe customer where the event names one.
  group_key text not null,
  -- [{resource, id}]
  doorbells json not null,
  api_version text,
  livemode boolean not null,
  stripe_created_at timestamptz not null,
  received_at timestamptz not null,
  -- text, not jsonb: parsing jsonb halves the insert rate, and nothing queries inside it.
  payload text not null,
  status text not null check (status in ('pending', 'processed', 'ignored', 'dead')),
  attempts integer not null default 0,
  next_attempt_at timestamptz,
  last_error text,
  note text,
  finished_at timestamptz,
  primary key (id, stripe_created_at)
) partition by range (stripe_created_at);
-- What lies in no week that has a partition: very old, or from a future that only a test clock knows. Also all of a
-- database whose jobs never ran.
--
-- Bodies of up to 8 KB, which is nearly all of them, lie in the row as they are: compressing them (what PostgreSQL does from
-- 2 KB on) costs a third of the whole insert. Longer ones are compressed and moved out as usual.
-- The planner must notice a backlog soon, or it sorts all of it to find the next groups: in a large week the usual tenth of the rows would be
-- too late.
create table billhook.events_other partition of billhook.events default with
  (toast_tuple_target = 8160, autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 20000);
create index events_due on billhook.events (next_attempt_at) where status = 'pending';
create index events_pending_group on billhook.events (group_key) where status = 'pending';
create index events_dead on billhook.events (received_at) where status = 'dead';
-- For the operators' list.
create index events_received on billhook.events (received_at);

-- The right to sync one group (a customer, or the catalogue). The token is the fence: it grows with every owner of the lease,
-- and the writing transaction checks under a row lock that its token is still the newest (I5).
create table billhook.leases (
  group_key text primary key,
  token bigint not null,
  expires_at timestamptz not null
);
create sequence billhook.lease_tokens;
