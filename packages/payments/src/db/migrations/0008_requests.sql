-- Answers remembered for callers that send an Idempotency-Key. A row without status is a request still under way.
create table billhook.idempotency_keys (
  owner_id text not null,
  key text not null,
  request_hash text not null,
  response_status integer,
  response_body text,
  locked_until timestamptz not null,
  created_at timestamptz not null,
  primary key (owner_id, key)
);

-- Points of the rate limiter for calls that spend Stripe's budget, shared by replicas. Unlogged: losing it in a crash
-- of the database costs nothing but a reset of the counters. Layout as rate-limiter-flexible wants it.
create unlogged table billhook.rate_limits (
  key varchar(255) primary key,
  points integer not null default 0,
  expire bigint
);
