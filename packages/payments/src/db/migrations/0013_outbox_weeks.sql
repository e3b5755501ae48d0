-- The outbox and its deliveries get one partition a week, so that what is old is dropped and not deleted (jobs/outbox-retention). Both by
-- the time of the event, also where a delivery was replayed later: a week holds events and all that became of them.
--
-- A unique key over partitions must contain the time, and so cannot say "once" any more. `outbox_keys` says it, and is pruned by itself.
alter table billhook.outbox rename to outbox_before;
alter table billhook.outbox_deliveries rename to outbox_deliveries_before;
alter index billhook.outbox_pkey rename to outbox_before_pkey;
alter index billhook.outbox_deliveries_pkey rename to outbox_deliveries_before_pkey;
alter table billhook.outbox_deliveries_before rename constraint outbox_deliveries_status_check to outbox_deliveries_before_status_check;
alter index billhook.outbox_owner rename to outbox_before_owner;
alter index billhook.outbox_deliveries_pending rename to outbox_deliveries_before_pending;
alter index billhook.outbox_deliveries_oldest rename to outbox_deliveries_before_oldest;
alter index billhook.outbox_deliveries_dead rename to outbox_deliveries_before_dead;

-- What was told. Kept apart from what was said, and slim.
create table billhook.outbox_keys (
  dedupe_key text primary key,
  -- Null: lasts, which is to say that every sync finds it again for as long as it is so; kept for ever. Anything else is found in a
  -- difference between two rows, which is there once.
  told_at timestamptz
);
create index outbox_keys_told on billhook.outbox_keys (told_at) where told_at is not null;

create sequence billhook.outbox_ids;

create table billhook.outbox (
  id bigint not null default nextval('billhook.outbox_ids'),
  owner_id text not null,
  type text not null,
  dedupe_key text not null,
  payload jsonb not null,
  -- Milliseconds, as every clock here has them: what was read finds its partition again.
  occurred_at timestamptz(3) not null,
  primary key (id, occurred_at)
) partition by range (occurred_at);
create table billhook.outbox_other partition of billhook.outbox default;
create index outbox_owner on billhook.outbox (owner_id, id);

create table billhook.outbox_deliveries (
  target text not null,
  outbox_id bigint not null,
  -- Of the event.
  occurred_at timestamptz(3) not null,
  owner_id text not null,
  status text not null check (status in ('pending', 'delivered', 'dead')),
  attempts integer not null default 0,
  last_error text,
  created_at timestamptz not null,
  finished_at timestamptz,
  primary key (outbox_id, target, occurred_at)
) partition by range (occurred_at);
create table billhook.outbox_deliveries_other partition of billhook.outbox_deliveries default;
create index outbox_deliveries_pending on billhook.outbox_deliveries (target, owner_id, outbox_id) where status = 'pending';
create index outbox_deliveries_oldest on billhook.outbox_deliveries (created_at) where status = 'pending';
create index outbox_deliveries_dead on billhook.outbox_deliveries (outbox_id) where status = 'dead';

-- The weeks of what is there, and those to come: so nothing that happens meanwhile lies among the rest.
do $$
declare monday date;
begin
  for monday in
    select date_trunc('week', occurred_at at time zone 'UTC')::date from billhook.outbox_before
    union select (date_trunc('week', now() at time zone 'UTC') + n * interval '7 days')::date from generate_series(0, 4) as n
  loop
    execute format('create table billhook.%I partition of billhook.outbox for values from (%L) to (%L)',
      'outbox_' || to_char(monday, 'YYYYMMDD'), monday || 'T00:00:00Z', (monday + 7) || 'T00:00:00Z');
    execute format('create table billhook.%I partition of billhook.outbox_deliveries for values from (%L) to (%L)',
      'outbox_deliveries_' || to_char(monday, 'YYYYMMDD'), monday || 'T00:00:00Z', (monday + 7) || 'T00:00:00Z');
  end loop;
end $$;

insert into billhook.outbox (id, owner_id, type, dedupe_key, payload, occurred_at)
  select id, owner_id, type, dedupe_key, payload, occurred_at from billhook.outbox_before;
insert into billhook.outbox_keys (dedupe_key, told_at)
  select dedupe_key, case when type not in ('payment.failed', 'payment.action_required', 'duplicate_subscription.detected') then occurred_at end
  from billhook.outbox_before;
insert into billhook.outbox_deliveries
    (target, outbox_id, occurred_at, owner_id, status, attempts, last_error, created_at, finished_at)
  select d.target, d.outbox_id, o.occurred_at, d.owner_id, d.status, d.attempts, d.last_error, d.created_at, d.finished_at
  from billhook.outbox_deliveries_before d join billhook.outbox_before o on o.id = d.outbox_id;
-- Behind the last id that was given, also to an event that is not there any more: ids leave the house.
select setval('billhook.outbox_ids', nextval(pg_get_serial_sequence('billhook.outbox_before', 'id')), false);

drop table billhook.outbox_deliveries_before;
drop table billhook.outbox_before;
