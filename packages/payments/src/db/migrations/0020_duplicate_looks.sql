-- A case may wait for days, for a payment that is on its way (a bank debit). When it is looked at next; null: it never was, and is now. It
-- is the order of the queue as well, so that those that wait or fail do not hold up those behind them. note says what is waited for.
alter table billhook.duplicate_subscriptions add column look_again_at timestamptz;
drop index billhook.duplicate_subscriptions_open;
create index duplicate_subscriptions_open on billhook.duplicate_subscriptions ((coalesce(look_again_at, found_at)))
  where status in ('found', 'settling');
