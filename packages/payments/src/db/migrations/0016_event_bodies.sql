-- Bodies of events leave the row that is the queue. That row is written again with each change of its status, and is looked through for what is
-- due: with its 4 KB it filled a page, copied them each time, and made a backlog ten times as long to read.
--
-- Replicas of the version before go on storing a body in the row, and so do those that were stored by then, until their week is dropped.
alter table billhook.events alter column payload drop not null;

create table billhook.event_bodies (
  id text not null,
  -- Of the event, so that its week holds both.
  stripe_created_at timestamptz not null,
  -- text, not jsonb: parsing jsonb halves the insert rate, and nothing queries inside it.
  body text not null,
  primary key (id, stripe_created_at)
) partition by range (stripe_created_at);
-- Up to 8 KB, which is nearly all of them, lie in the row as they are: compressing them (what PostgreSQL does from 2 KB on) costs a third of the
-- whole insert. Longer ones are compressed and moved out as usual.
create table billhook.event_bodies_other partition of billhook.event_bodies default with (toast_tuple_target = 8160);

-- The weeks that events have: both go together.
do $$
declare monday date;
begin
  for monday in
    select to_date(right(c.relname, 8), 'YYYYMMDD') from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'billhook.events'::regclass and c.relname ~ '_[0-9]{8}$'
  loop
    execute format('create table billhook.%I partition of billhook.event_bodies for values from (%L) to (%L) with (toast_tuple_target = 8160)',
      'event_bodies_' || to_char(monday, 'YYYYMMDD'), monday || 'T00:00:00Z', (monday + 7) || 'T00:00:00Z');
  end loop;
end $$;
