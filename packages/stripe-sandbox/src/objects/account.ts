import type Stripe from 'stripe'
import { sandboxAccount } from '../billing/account.ts'
import type { Context } from '../context.ts'
import { createIds } from '../ids.ts'
import type { Store } from '../store/store.ts'

const ROW = 'sandbox'

/** Gives a new sandbox its account: no two have the same, unless the same seed says so, and a restart keeps it. */
export function ensureOwnAccount(store: Store, idSeed?: string): void {
  if (store.get('own_account', ROW)) return
  // A source apart: the ids of everything else stay those that a seed gave.
  const ids = createIds(idSeed === undefined ? undefined : `account ${idSeed}`)
  store.transaction(() => store.put('own_account', { id: ROW, accountId: ids.newId('acct_1') }))
}

function ownAccountId(store: Store): string {
  const row = store.get('own_account', ROW)
  if (!row) throw new Error('The sandbox has no account')
  return row.accountId
}

/** The account behind the keys: what a client checks when it asks whether they work. */
export function buildAccount({ store, origin }: Pick<Context, 'store' | 'origin'>): Stripe.Account {
  return {
    id: ownAccountId(store),
    object: 'account',
    business_profile: {
      annual_revenue: null,
      estimated_worker_count: null,
      mcc: null,
      minority_owned_business_designation: null,
      name: sandboxAccount.name,
      specified_commercial_transactions_act_url: null,
      support_address: null,
      support_email: null,
      support_phone: null,
      support_url: null,
      url: origin,
    },
    business_type: 'company',
    capabilities: { card_payments: 'active', transfers: 'active' },
    charges_enabled: true,
    country: sandboxAccount.country,
    created: 1_735_689_600,
    default_currency: 'usd',
    details_submitted: true,
    email: null,
    metadata: {},
    payouts_enabled: true,
    type: 'standard',
  }
}
