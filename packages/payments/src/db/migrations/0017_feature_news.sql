-- Products that are new or whose features changed, until every owner who has one was asked to be looked at (jobs/access-by-time). Written
-- with the product, and worked off some owners at a time: a product may have a hundred thousand of them.
create table billhook.feature_news (
  product_id text primary key,
  -- Owners up to this one were asked. Begins anew when the features change meanwhile.
  asked_up_to text not null,
  due_at timestamptz not null,
  -- All were asked once already.
  is_last boolean not null default false
);
