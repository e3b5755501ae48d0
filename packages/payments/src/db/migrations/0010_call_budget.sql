-- Calls to Stripe that all replicas together may send: a bucket of tokens that fills by the second. A replica takes a slice for the
-- calls that wait in it, not a token for each call. Unlogged: losing it in a crash of the database costs nothing but a full bucket.
create unlogged table billhook.call_budget (
  only_row boolean primary key default true check (only_row),
  -- What Stripe takes at present, as far as we know: halved by each 429, growing slowly back to the setting.
  calls_per_second double precision not null,
  tokens double precision not null,
  -- Times of the database, so that replicas whose clocks differ share one bucket.
  refilled_at timestamptz not null,
  slowed_at timestamptz,
  -- Stripe's Retry-After: nobody calls before.
  paused_until timestamptz
);
