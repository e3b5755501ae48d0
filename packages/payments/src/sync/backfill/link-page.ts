import { createHash } from 'node:crypto'
import type { Tx } from '../../db/connect.ts'
import { type CustomerLink, linkCustomers } from '../../db/queries/backfill.ts'
import { findOwners } from '../../db/queries/sweep.ts'
import type { Stripe } from '../../stripe/client.ts'

/** How existing customers are known to belong to owners. Never by their e-mail address, which anybody can have typed. */
export interface OwnerRules {
  /** Metadata of the customer at Stripe that holds the owner's id. */
  metadataKey: string
  /** Stripe customer id → owner id; goes before the metadata. */
  byCustomer: ReadonlyMap<string, string>
}

/** Tells rules from others. Hashed: a file of owners is long. */
export function ruleMark({ metadataKey, byCustomer }: OwnerRules): string {
  const links = [...byCustomer].sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256')
    .update(JSON.stringify([metadataKey, links]))
    .digest('hex')
}

export interface LinkedPage {
  /** Newly linked. */
  stored: number
  /** They name no owner. */
  foreign: number
  /** Their owner has another customer already. */
  conflicts: CustomerLink[]
}

/** A row that is younger may be waiting for the answer of its own request to Stripe. */
const UNLINKED_FOR_MS = 2 * 60_000

export async function linkPage(
  tx: Tx,
  rules: OwnerRules,
  customers: readonly Stripe.Customer[],
  now: Date,
): Promise<LinkedPage> {
  const known = await findOwners(
    tx,
    customers.map(({ id }) => id),
  )
  const unknown = customers.filter(({ id }) => !known.has(id))
  const wanted = unknown.flatMap((customer) => linkOf(rules, customer) ?? [])
  const unlinkedSince = new Date(now.getTime() - UNLINKED_FOR_MS)
  const linked = await linkCustomers(tx, wanted, { now, unlinkedSince })
  return {
    stored: linked.size,
    foreign: unknown.length - wanted.length,
    conflicts: wanted.filter(({ stripeCustomerId }) => !linked.has(stripeCustomerId)),
  }
}

function linkOf(rules: OwnerRules, { id, email, metadata }: Stripe.Customer): CustomerLink | null {
  const ownerId = rules.byCustomer.get(id) ?? metadata[rules.metadataKey]
  if (ownerId === undefined || !isOwnerId(ownerId)) return null
  return { ownerId, stripeCustomerId: id, email: email ?? null }
}

/** As a token may name one (auth/principal). */
export function isOwnerId(text: string): boolean {
  return text.trim() !== '' && text.length <= 255 && !/\p{Cc}/u.test(text)
}
