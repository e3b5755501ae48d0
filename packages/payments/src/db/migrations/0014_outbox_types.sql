-- Which types of events a target wants; `*` is every type. Named again and again by the processes that deliver there, as the target itself
-- is. One row each, so that while a deployment is replaced both what the old and what the new processes want is queued.
create table billhook.outbox_target_types (
  target text not null,
  type text not null,
  claimed_at timestamptz not null,
  primary key (target, type)
);
insert into billhook.outbox_target_types (target, type, claimed_at) select name, '*', claimed_at from billhook.outbox_targets;
