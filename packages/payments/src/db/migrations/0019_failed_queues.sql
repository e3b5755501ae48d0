-- When the first event of a queue failed last: a time that is still to come is one of a clock that was wrong, and so is the wait from then on.
alter table billhook.outbox_queues add column failed_at timestamptz;
