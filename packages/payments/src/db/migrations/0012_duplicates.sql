-- Owners who were found with more than one subscription that has not ended, once for each set of them (I6). States:
--   found     told to the app; the policy decides
--   settling  the newer ones are being ended and refunded: what was decided is kept, so that a crash leaves nothing half done
--   settled   done
--   left      nothing is done by itself; note says why
create table billhook.duplicate_subscriptions (
  id bigint generated always as identity primary key,
  owner_id text not null,
  -- Oldest first.
  subscription_ids text[] not null,
  status text not null check (status in ('found', 'settling', 'settled', 'left')),
  -- Those that are ended; set when settling begins.
  ended_ids text[] not null default '{}',
  note text,
  found_at timestamptz not null,
  finished_at timestamptz
);
create index duplicate_subscriptions_open on billhook.duplicate_subscriptions (found_at) where status in ('found', 'settling');
