-- What the migrations add up to. Written by the test beside it (vitest run -u); never edited, never run.

create table billhook.access (
  owner_id text not null,
  told jsonb,
  version integer not null default 0,
  look_again_at timestamp with time zone,
  constraint access_pkey PRIMARY KEY (owner_id)
);
CREATE INDEX access_due ON billhook.access USING btree (look_again_at) WHERE (look_again_at IS NOT NULL);

create table billhook.backfill_stretches (
  id bigint generated always as identity not null,
  resource text not null,
  created_from bigint not null,
  created_before bigint not null,
  starting_after text,
  listed bigint not null default 0,
  stored bigint not null default 0,
  foreign_count bigint not null default 0,
  is_finished boolean not null default false,
  constraint backfill_stretches_pkey PRIMARY KEY (id)
);

create unlogged table billhook.call_budget (
  only_row boolean not null default true,
  calls_per_second double precision not null,
  tokens double precision not null,
  refilled_at timestamp with time zone not null,
  slowed_at timestamp with time zone,
  paused_until timestamp with time zone,
  constraint call_budget_only_row_check CHECK (only_row),
  constraint call_budget_pkey PRIMARY KEY (only_row)
);

create table billhook.checkout_sessions (
  id text not null,
  owner_id text not null,
  stripe_customer_id text not null,
  mode text not null,
  status text not null,
  payment_status text not null,
  subscription_id text,
  payment_id text,
  invoice_id text,
  currency text,
  amount_total_minor bigint,
  line_items jsonb not null,
  stripe_created_at timestamp with time zone not null,
  raw jsonb not null,
  synced_at timestamp with time zone not null,
  constraint checkout_sessions_pkey PRIMARY KEY (id)
);
CREATE INDEX checkout_sessions_open ON billhook.checkout_sessions USING btree (stripe_created_at) WHERE (status = 'open'::text);
CREATE INDEX checkout_sessions_owner ON billhook.checkout_sessions USING btree (owner_id, stripe_created_at DESC);

create table billhook.cursors (
  name text not null,
  position jsonb not null,
  updated_at timestamp with time zone not null,
  constraint cursors_pkey PRIMARY KEY (name)
);

create table billhook.customers (
  id bigint generated always as identity not null,
  owner_id text not null,
  stripe_customer_id text,
  email text,
  attempt integer not null default 1,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  deleted_at timestamp with time zone,
  constraint customers_owner_id_check CHECK ((owner_id <> ''::text)),
  constraint customers_pkey PRIMARY KEY (id),
  constraint customers_stripe_customer_id_key UNIQUE (stripe_customer_id)
);
CREATE UNIQUE INDEX customers_one_live_per_owner ON billhook.customers USING btree (owner_id) WHERE (deleted_at IS NULL);

create table billhook.disputes (
  id text not null,
  owner_id text not null,
  stripe_customer_id text not null,
  payment_id text,
  charge_id text not null,
  status text not null,
  reason text not null,
  currency text not null,
  amount_minor bigint not null,
  evidence_due_by timestamp with time zone,
  stripe_created_at timestamp with time zone not null,
  raw jsonb not null,
  synced_at timestamp with time zone not null,
  constraint disputes_pkey PRIMARY KEY (id)
);
CREATE INDEX disputes_open ON billhook.disputes USING btree (stripe_created_at) WHERE (status <> ALL (ARRAY['won'::text, 'lost'::text, 'warning_closed'::text, 'prevented'::text]));
CREATE INDEX disputes_owner ON billhook.disputes USING btree (owner_id, stripe_created_at DESC, id DESC);
CREATE INDEX disputes_payment ON billhook.disputes USING btree (payment_id);

create table billhook.drift (
  id bigint generated always as identity not null,
  resource text not null,
  resource_id text not null,
  owner_id text,
  fields jsonb not null,
  since timestamp with time zone not null,
  event_id text,
  event_type text,
  found_by text not null,
  found_at timestamp with time zone not null,
  constraint drift_found_by_check CHECK ((found_by = ANY (ARRAY['feed'::text, 'sweep'::text]))),
  constraint drift_pkey PRIMARY KEY (id)
);
CREATE INDEX drift_found ON billhook.drift USING btree (found_at);
CREATE INDEX drift_owner ON billhook.drift USING btree (owner_id, id);

create table billhook.duplicate_subscriptions (
  id bigint generated always as identity not null,
  owner_id text not null,
  subscription_ids text[] not null,
  status text not null,
  ended_ids text[] not null default '{}'::text[],
  note text,
  found_at timestamp with time zone not null,
  finished_at timestamp with time zone,
  look_again_at timestamp with time zone,
  constraint duplicate_subscriptions_pkey PRIMARY KEY (id),
  constraint duplicate_subscriptions_status_check CHECK ((status = ANY (ARRAY['found'::text, 'settling'::text, 'settled'::text, 'left'::text])))
);
CREATE INDEX duplicate_subscriptions_open ON billhook.duplicate_subscriptions USING btree (COALESCE(look_again_at, found_at)) WHERE (status = ANY (ARRAY['found'::text, 'settling'::text]));

create table billhook.event_bodies (
  id text not null,
  stripe_created_at timestamp with time zone not null,
  body text not null,
  constraint event_bodies_pkey PRIMARY KEY (id, stripe_created_at)
) partition by RANGE (stripe_created_at);

create table billhook.events (
  id text not null,
  type text not null,
  group_key text not null,
  doorbells json not null,
  api_version text,
  livemode boolean not null,
  stripe_created_at timestamp with time zone not null,
  received_at timestamp with time zone not null,
  payload text,
  status text not null,
  attempts integer not null default 0,
  next_attempt_at timestamp with time zone,
  last_error text,
  note text,
  finished_at timestamp with time zone,
  was_missed boolean not null default false,
  constraint events_pkey PRIMARY KEY (id, stripe_created_at),
  constraint events_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'processed'::text, 'ignored'::text, 'dead'::text])))
) partition by RANGE (stripe_created_at);
CREATE INDEX events_dead ON ONLY billhook.events USING btree (received_at) WHERE (status = 'dead'::text);
CREATE INDEX events_due ON ONLY billhook.events USING btree (next_attempt_at) WHERE (status = 'pending'::text);
CREATE INDEX events_pending_group ON ONLY billhook.events USING btree (group_key) WHERE (status = 'pending'::text);
CREATE INDEX events_received ON ONLY billhook.events USING btree (received_at);

create table billhook.feature_news (
  product_id text not null,
  asked_up_to text not null,
  due_at timestamp with time zone not null,
  is_last boolean not null default false,
  constraint feature_news_pkey PRIMARY KEY (product_id)
);

create table billhook.fraud_warnings (
  id text not null,
  owner_id text not null,
  stripe_customer_id text not null,
  payment_id text,
  charge_id text not null,
  fraud_type text not null,
  is_actionable boolean not null,
  stripe_created_at timestamp with time zone not null,
  raw jsonb not null,
  synced_at timestamp with time zone not null,
  constraint fraud_warnings_pkey PRIMARY KEY (id)
);
CREATE INDEX fraud_warnings_owner ON billhook.fraud_warnings USING btree (owner_id, stripe_created_at DESC, id DESC);

create table billhook.idempotency_keys (
  owner_id text not null,
  key text not null,
  request_hash text not null,
  response_status integer,
  response_body text,
  locked_until timestamp with time zone not null,
  created_at timestamp with time zone not null,
  constraint idempotency_keys_pkey PRIMARY KEY (owner_id, key)
);

create table billhook.installation (
  only_row boolean not null default true,
  id uuid not null default gen_random_uuid(),
  livemode boolean,
  account text,
  constraint installation_only_row_check CHECK (only_row),
  constraint installation_pkey PRIMARY KEY (only_row)
);

create table billhook.invoice_payments (
  id text not null,
  invoice_id text not null,
  payment_id text not null,
  status text not null,
  amount_paid_minor bigint,
  synced_at timestamp with time zone not null,
  constraint invoice_payments_pkey PRIMARY KEY (id)
);
CREATE INDEX invoice_payments_invoice ON billhook.invoice_payments USING btree (invoice_id);
CREATE INDEX invoice_payments_payment ON billhook.invoice_payments USING btree (payment_id);

create table billhook.invoices (
  id text not null,
  owner_id text not null,
  stripe_customer_id text not null,
  subscription_id text,
  status text not null,
  billing_reason text,
  number text,
  currency text not null,
  total_minor bigint not null,
  amount_due_minor bigint not null,
  amount_paid_minor bigint not null,
  due_at timestamp with time zone,
  hosted_invoice_url text,
  invoice_pdf_url text,
  stripe_created_at timestamp with time zone not null,
  raw jsonb not null,
  synced_at timestamp with time zone not null,
  constraint invoices_pkey PRIMARY KEY (id)
);
CREATE INDEX invoices_owner ON billhook.invoices USING btree (owner_id, stripe_created_at DESC, id DESC);
CREATE INDEX invoices_unsettled ON billhook.invoices USING btree (stripe_created_at) WHERE (status = ANY (ARRAY['draft'::text, 'open'::text]));

create table billhook.leases (
  group_key text not null,
  token bigint not null,
  expires_at timestamp with time zone not null,
  constraint leases_pkey PRIMARY KEY (group_key)
);

create table billhook.migrations (
  version integer not null,
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone not null default now(),
  constraint migrations_pkey PRIMARY KEY (version)
);

create table billhook.outbox (
  id bigint not null default nextval('outbox_ids'::regclass),
  owner_id text not null,
  type text not null,
  dedupe_key text not null,
  payload jsonb not null,
  occurred_at timestamp(3) with time zone not null,
  constraint outbox_pkey PRIMARY KEY (id, occurred_at)
) partition by RANGE (occurred_at);
CREATE INDEX outbox_owner ON ONLY billhook.outbox USING btree (owner_id, id);

create table billhook.outbox_deliveries (
  target text not null,
  outbox_id bigint not null,
  occurred_at timestamp(3) with time zone not null,
  owner_id text not null,
  status text not null,
  attempts integer not null default 0,
  last_error text,
  created_at timestamp with time zone not null,
  finished_at timestamp with time zone,
  constraint outbox_deliveries_pkey PRIMARY KEY (outbox_id, target, occurred_at),
  constraint outbox_deliveries_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'delivered'::text, 'dead'::text])))
) partition by RANGE (occurred_at);
CREATE INDEX outbox_deliveries_dead ON ONLY billhook.outbox_deliveries USING btree (outbox_id) WHERE (status = 'dead'::text);
CREATE INDEX outbox_deliveries_oldest ON ONLY billhook.outbox_deliveries USING btree (created_at) WHERE (status = 'pending'::text);
CREATE INDEX outbox_deliveries_pending ON ONLY billhook.outbox_deliveries USING btree (target, owner_id, outbox_id) WHERE (status = 'pending'::text);

create table billhook.outbox_keys (
  dedupe_key text not null,
  told_at timestamp with time zone,
  constraint outbox_keys_pkey PRIMARY KEY (dedupe_key)
);
CREATE INDEX outbox_keys_told ON billhook.outbox_keys USING btree (told_at) WHERE (told_at IS NOT NULL);

create table billhook.outbox_queues (
  target text not null,
  owner_id text not null,
  due_at timestamp with time zone not null,
  claimed_until timestamp with time zone,
  token bigint not null,
  failed_at timestamp with time zone,
  constraint outbox_queues_pkey PRIMARY KEY (target, owner_id)
);
CREATE INDEX outbox_queues_due ON billhook.outbox_queues USING btree (target, due_at);
CREATE INDEX outbox_queues_fresh ON billhook.outbox_queues USING btree (target, due_at) WHERE (failed_at IS NULL);

create table billhook.outbox_target_types (
  target text not null,
  type text not null,
  claimed_at timestamp with time zone not null,
  constraint outbox_target_types_pkey PRIMARY KEY (target, type)
);

create table billhook.outbox_targets (
  name text not null,
  claimed_at timestamp with time zone not null,
  constraint outbox_targets_pkey PRIMARY KEY (name)
);

create table billhook.payments (
  id text not null,
  owner_id text not null,
  stripe_customer_id text not null,
  status text not null,
  currency text not null,
  amount_minor bigint not null,
  amount_received_minor bigint not null,
  amount_refunded_minor bigint not null,
  is_disputed boolean not null,
  description text,
  receipt_url text,
  failure_code text,
  stripe_created_at timestamp with time zone not null,
  raw jsonb not null,
  synced_at timestamp with time zone not null,
  constraint payments_pkey PRIMARY KEY (id)
);
CREATE INDEX payments_owner ON billhook.payments USING btree (owner_id, stripe_created_at DESC, id DESC);

create table billhook.plans (
  id integer generated always as identity not null,
  stripe_price_id text not null,
  name text not null,
  amount_minor bigint not null,
  currency text not null,
  interval text not null,
  interval_count integer not null,
  features jsonb not null,
  is_active boolean not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint plans_pkey PRIMARY KEY (id),
  constraint plans_stripe_price_id_key UNIQUE (stripe_price_id)
);

create table billhook.prices (
  id text not null,
  product_id text not null,
  kind text not null,
  active boolean not null,
  unit_amount_minor bigint,
  currency text not null,
  interval text,
  interval_count integer,
  nickname text,
  lookup_key text,
  stripe_created_at timestamp with time zone not null,
  raw jsonb not null,
  synced_at timestamp with time zone not null,
  constraint prices_kind_check CHECK ((kind = ANY (ARRAY['one_time'::text, 'recurring'::text]))),
  constraint prices_pkey PRIMARY KEY (id)
);
CREATE INDEX prices_product ON billhook.prices USING btree (product_id);

create table billhook.products (
  id text not null,
  name text not null,
  description text,
  active boolean not null,
  metadata jsonb not null,
  features jsonb not null,
  stripe_created_at timestamp with time zone not null,
  raw jsonb not null,
  synced_at timestamp with time zone not null,
  constraint products_pkey PRIMARY KEY (id)
);

create unlogged table billhook.rate_limits (
  key character varying(255) not null,
  points integer not null default 0,
  expire bigint,
  constraint rate_limits_pkey PRIMARY KEY (key)
);

create table billhook.refunds (
  id text not null,
  owner_id text not null,
  stripe_customer_id text not null,
  payment_id text,
  status text not null,
  currency text not null,
  amount_minor bigint not null,
  reason text,
  stripe_created_at timestamp with time zone not null,
  raw jsonb not null,
  synced_at timestamp with time zone not null,
  constraint refunds_pkey PRIMARY KEY (id)
);
CREATE INDEX refunds_owner ON billhook.refunds USING btree (owner_id, stripe_created_at DESC, id DESC);

create table billhook.reservations (
  id uuid not null,
  owner_id text not null,
  price_id text not null,
  fingerprint text not null,
  session_parameters jsonb not null,
  status text not null,
  stripe_session_id text,
  checkout_url text,
  expires_at timestamp with time zone not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint reservations_pkey PRIMARY KEY (id),
  constraint reservations_status_check CHECK ((status = ANY (ARRAY['open'::text, 'completed'::text, 'expired'::text, 'released'::text]))),
  constraint reservations_stripe_session_id_key UNIQUE (stripe_session_id)
);
CREATE UNIQUE INDEX reservations_one_open_per_owner ON billhook.reservations USING btree (owner_id) WHERE (status = 'open'::text);

create table billhook.subscriptions (
  id text not null,
  owner_id text not null,
  stripe_customer_id text not null,
  status text not null,
  price_id text not null,
  product_id text not null,
  product_ids text[] not null,
  plan_nickname text,
  unit_amount_minor bigint,
  currency text not null,
  interval text,
  quantity integer,
  current_period_start timestamp with time zone not null,
  current_period_end timestamp with time zone not null,
  cancel_at_period_end boolean not null,
  cancel_at timestamp with time zone,
  canceled_at timestamp with time zone,
  ended_at timestamp with time zone,
  trial_end timestamp with time zone,
  latest_invoice_id text,
  stripe_created_at timestamp with time zone not null,
  raw jsonb not null,
  synced_at timestamp with time zone not null,
  constraint subscriptions_pkey PRIMARY KEY (id)
);
CREATE INDEX subscriptions_owner ON billhook.subscriptions USING btree (owner_id, stripe_created_at DESC);
CREATE INDEX subscriptions_unended ON billhook.subscriptions USING btree (stripe_created_at) WHERE (status <> ALL (ARRAY['canceled'::text, 'incomplete_expired'::text]));

create table billhook.suspects (
  resource text not null,
  id text not null,
  stripe_customer_id text not null,
  due_at timestamp with time zone not null,
  constraint suspects_pkey PRIMARY KEY (resource, id)
);
CREATE INDEX suspects_customer ON billhook.suspects USING btree (stripe_customer_id, due_at);
CREATE INDEX suspects_due ON billhook.suspects USING btree (due_at);

create sequence billhook.lease_tokens;

create sequence billhook.outbox_ids;

