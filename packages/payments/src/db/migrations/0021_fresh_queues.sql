-- A target that seems to be away is asked for the owner who never failed: among a hundred thousand who did he is found by this.
create index outbox_queues_fresh on billhook.outbox_queues (target, due_at) where failed_at is null;
