/** One safeguard taken away, by other text in a copy of the source. */
export interface Mutation {
  /** The safeguard. */
  name: string
  /** What the product does without it. */
  without: string
  patches: Patch[]
}

export interface Patch {
  /** Below packages/payments/src. */
  file: string
  find: string
  replace: string
}

const GRANT_EVERY_LEASE: Patch = {
  file: 'db/queries/leases.ts',
  find: "eb('leases.expires_at', '<=', now)",
  replace: "eb('leases.expires_at', 'is not', null)",
}

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'an event id once',
    without: 'a second delivery of an event is an error of the insert',
    patches: [
      {
        file: 'db/queries/events.ts',
        find: '  on conflict do nothing\n  returning id, stripe_created_at),',
        replace: '  returning id, stripe_created_at),',
      },
    ],
  },
  {
    name: 'stored before answered',
    without: 'a delivery is answered while its event is on the way to the database',
    patches: [
      {
        file: 'webhooks/inbox.ts',
        find: '      waiting.push({ event, resolve, reject })\n',
        replace: "      waiting.push({ event, resolve, reject })\n      resolve('stored')\n",
      },
    ],
  },
  {
    name: 'lease',
    without: 'a lease is granted although somebody holds it',
    patches: [GRANT_EVERY_LEASE],
  },
  {
    name: 'fencing token',
    without: 'who lost the lease writes all the same',
    patches: [
      {
        file: 'db/queries/leases.ts',
        find: '  if (row?.token !== lease.token) throw',
        replace: '  if (row === null) throw',
      },
    ],
  },
  {
    name: 'lease and fencing token',
    without: 'two syncs of one customer run at a time, and what was fetched first may be written last',
    patches: [
      GRANT_EVERY_LEASE,
      {
        file: 'db/queries/leases.ts',
        find: '  if (row?.token !== lease.token) throw',
        replace: '  if (row === null) throw',
      },
    ],
  },
  {
    name: 'one transaction',
    without: 'mirror, transitions and marks are written one after the other',
    patches: [
      {
        file: 'sync/sync-group.ts',
        find: 'await inTransaction(context.db, async (tx) => {',
        replace: 'await ((work) => work(context.db.query as Tx))(async (tx) => {',
      },
    ],
  },
  {
    name: 'the marks are those of the events that were read',
    without: 'everything that waits for the customer is marked, what came after the fetch too',
    patches: [
      {
        file: 'webhooks/drain.ts',
        find: 'markProcessed(tx, events, now), isLast',
        replace:
          'listDueEvents(context.db, groupKey, now, 1_000).then((all) => markProcessed(tx, all, now)), isLast',
      },
    ],
  },
  {
    name: 'refetch',
    without: 'what was once fetched is believed from then on',
    patches: [
      {
        file: 'sync/subscription.ts',
        find: 'const subscription = await context.stripe.subscriptions.retrieve(id)',
        replace: `const subscription =
      KNOWN.get(id) ?? KNOWN.set(id, await context.stripe.subscriptions.retrieve(id)).get(id)`,
      },
      {
        file: 'sync/subscription.ts',
        find: 'async function writeSubscription(',
        replace: 'const KNOWN = new Map()\n\nasync function writeSubscription(',
      },
    ],
  },
  {
    name: 'event feed',
    without: 'what no webhook brought is not looked for',
    patches: [
      {
        file: 'webhooks/take-from-feed.ts',
        find: '  if (listed.length === 0) return 0\n',
        replace: '  if (listed.length >= 0) return 0\n',
      },
    ],
  },
  {
    name: 'one open reservation per owner',
    without: 'two requests reserve at the same time',
    patches: [
      {
        file: 'db/migrations/0005_checkout.sql',
        find: 'create unique index reservations_one_open_per_owner',
        replace: 'create index reservations_one_open_per_owner',
      },
      {
        file: 'db/queries/reservations.ts',
        find: "    .onConflict((conflict) => conflict.column('owner_id').where('status', '=', 'open').doNothing())\n",
        replace: '',
      },
    ],
  },
  {
    name: 'look behind the reservation',
    without: 'whether there is a subscription is asked before the reservation only',
    patches: [
      {
        file: 'actions/start-subscription-checkout.ts',
        find: '    await refuseSecondSubscription(context, reservation.owner_id)\n    if (!customer.isNew) await refuseSecondSubscriptionAtStripe(context, customer.stripeCustomerId)\n',
        replace: '',
      },
    ],
  },
  {
    name: 'expire before another Checkout',
    without: 'the old session stays payable when another plan is chosen',
    patches: [
      {
        file: 'actions/close-reserved-session.ts',
        find: '    await context.stripe.checkout.sessions.expire(sessionId)\n',
        replace: '',
      },
    ],
  },
  {
    name: 'idempotency key of a session',
    without: 'every attempt has a key of its own',
    patches: [
      {
        file: 'actions/open-reserved-session.ts',
        find: "'subscription-checkout', reservation.id)",
        replace: "'subscription-checkout', crypto.randomUUID())",
      },
    ],
  },
  {
    name: 'idempotency key of a customer',
    without: 'every attempt has a key of its own',
    patches: [
      {
        file: 'actions/ensure-customer.ts',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: text of the source
        find: "'customer', `${row.id}:${row.attempt}`)",
        replace: "'customer', crypto.randomUUID())",
      },
    ],
  },
  {
    name: 'one live customer row per owner',
    without: 'two first requests make a customer each',
    patches: [
      {
        file: 'db/migrations/0001_customers.sql',
        find: 'create unique index customers_one_live_per_owner',
        replace: 'create index customers_one_live_per_owner',
      },
      {
        file: 'db/queries/customers.ts',
        find: "    .onConflict((conflict) => conflict.column('owner_id').where('deleted_at', 'is', null).doNothing())\n",
        replace: '',
      },
    ],
  },
  {
    name: 'claim of a queue',
    without: 'two processes work off what waits for one owner at the same time',
    patches: [
      {
        file: 'db/queries/outbox-queues.ts',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: text of the source
        find: 'and (claimed_until is null or claimed_until <= ${now} or claimed_until > ${impossiblyLate(now, until)})',
        replace: '',
      },
    ],
  },
  {
    name: 'token of a claim',
    without: 'who lost the claim of a queue goes on with it',
    patches: [
      {
        file: 'db/queries/outbox-queues.ts',
        find: '    if (row?.token !== queue.token) return false\n',
        replace: '    if (row === undefined) return false\n',
      },
      {
        file: 'db/queries/outbox-queues.ts',
        find: "    .where('token', '=', token)\n",
        replace: '',
      },
    ],
  },
  {
    name: 'a fact told once',
    without: 'what every sync finds again is told again',
    patches: [
      {
        file: 'db/queries/outbox.ts',
        find: '      from facts join new using (dedupe_key)\n',
        replace: '      from facts\n',
      },
    ],
  },
  {
    name: "lock of an owner's access",
    without: 'a sync and the clock tell one owner something at the same time',
    patches: [{ file: 'db/queries/access.ts', find: '    .forUpdate()\n', replace: '' }],
  },
]
