-- The Stripe account whose data this is. Null until a key has said of which account it is: with the key of another one everything that the
-- mirror holds looks as if it were gone at Stripe.
alter table billhook.installation add column account text;
