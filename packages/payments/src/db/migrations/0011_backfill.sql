-- A backfill that is under way, or was: for each resource, stretches of `created` that are listed newest first, several at a
-- time. A stretch is split when somebody has nothing to do. The cursor moves in the transaction that stores its page.
create table billhook.backfill_stretches (
  id bigint generated always as identity primary key,
  resource text not null,
  -- Unix seconds as Stripe has them; from is inclusive, before is not.
  created_from bigint not null,
  created_before bigint not null,
  starting_after text,
  listed bigint not null default 0,
  stored bigint not null default 0,
  foreign_count bigint not null default 0,
  is_finished boolean not null default false
);
