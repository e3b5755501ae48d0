-- The sweep asks for open disputes, also in words that Stripe may yet invent (db/queries/sweep.ts), and for what is suspected of one customer.
create index disputes_open on billhook.disputes (stripe_created_at) where status not in ('won', 'lost', 'warning_closed', 'prevented');
create index suspects_customer on billhook.suspects (stripe_customer_id, due_at);
