/** A webhook may be under way for so long: what Stripe's lists show already was not missed yet. */
export const WEBHOOK_GRACE_MS = 2 * 60_000

/** Stripe keeps its list of events for so long. */
export const KEPT_SECONDS = 30 * 24 * 60 * 60

/** The feed begins so long before the very first start, where no backfill came before; what happened until then is for the backfill. */
export const FIRST_LOOK_SECONDS = 60 * 60

/**
 * What is dated more than so long before events began to tell is history, also when an event is the first to show it: a first payment may take
 * 23 hours, a Checkout is open for a day, and the clock of the first start may have been wrong. What is younger is rather told.
 */
export const HISTORY_AFTER_SECONDS = 24 * 60 * 60

/** Cursor of the feed in the table of cursors. */
export const FEED_CURSOR = 'feed'
