import type { Tx } from '../../db/connect.ts'
import { askToLookAt } from '../../db/queries/access.ts'
import { findRows, insertMissing, listLeasedCustomers } from '../../db/queries/backfill.ts'
import { addSuspects, type Suspect } from '../../db/queries/suspects.ts'
import { findOwners } from '../../db/queries/sweep.ts'
import { differences } from '../../domain/drift.ts'
import type { BackfilledObject, BackfillKind } from './kinds.ts'

/*
 * Why a page can be stored without the leases of its hundred customers: it only adds rows. A row that is there was written by
 * a sync or an earlier page, and is never overwritten by a list answer; if it says something else, it becomes a suspect, and is
 * fetched under its customer's lease afterwards. What could still go wrong is a sync that looked at Stripe before this page
 * did and writes after it: it would overwrite the newer row. Such a sync holds its customer's lease from before its look until after
 * its write, so a lease that is held now makes the customer's objects suspects too. A lease that is taken later belongs to a later look.
 */
export interface StoredPage {
  stored: number
  foreign: number
  suspected: number
}

type Row = Readonly<Record<string, unknown>>

/** @param lookedAt from before the request to Stripe */
export async function storePage(
  tx: Tx,
  kind: BackfillKind,
  objects: readonly BackfilledObject[],
  lookedAt: Date,
): Promise<StoredPage> {
  const customers = objects.flatMap(({ stripeCustomerId }) => stripeCustomerId ?? [])
  const owners = await findOwners(tx, customers)
  // Nothing of it is told; but the grace of a subscription that is past due has to end.
  await askToLookAt(tx, [...owners.values()], lookedAt)
  const leased = await listLeasedCustomers(tx, [...owners.keys()])
  const suspects: Suspect[] = []
  const rows: Row[] = []
  const attached = new Map<string, readonly Row[]>()
  let foreign = 0
  for (const object of objects) {
    const { id, stripeCustomerId } = object
    const ownerId = stripeCustomerId === null ? undefined : owners.get(stripeCustomerId)
    if (stripeCustomerId === null || ownerId === undefined) {
      foreign++
      continue
    }
    const scope = { ownerId, stripeCustomerId, now: lookedAt }
    const row = leased.has(stripeCustomerId) ? null : rowOf(object, scope)
    if (row === null) suspects.push({ resource: kind.resource, id, stripeCustomerId })
    else {
      rows.push(row)
      attached.set(id, object.attached(scope))
    }
  }
  const inserted = await insertMissing(tx, kind.table, rows)
  if (kind.attachedTable !== undefined) {
    await insertMissing(
      tx,
      kind.attachedTable,
      [...inserted].flatMap((id) => attached.get(id) ?? []),
    )
  }
  suspects.push(...(await differing(tx, kind, rows, inserted)))
  await addSuspects(tx, suspects, lookedAt)
  return { stored: inserted.size, foreign, suspected: suspects.length }
}

/** Null for an object that the adapter cannot read: its own sync will say why. */
function rowOf(object: BackfilledObject, scope: Parameters<BackfilledObject['row']>[0]): Row | null {
  try {
    return object.row(scope)
  } catch {
    return null
  }
}

async function differing(
  tx: Tx,
  { table, resource }: BackfillKind,
  rows: readonly Row[],
  inserted: ReadonlySet<string>,
): Promise<Suspect[]> {
  const there = rows.filter(({ id }) => !inserted.has(String(id)))
  const mirrored = await findRows(
    tx,
    table,
    there.map(({ id }) => String(id)),
  )
  return there
    .filter((row) => differences(mirrored.get(String(row.id)) ?? null, row).length > 0)
    .map((row) => ({ resource, id: String(row.id), stripeCustomerId: String(row.stripe_customer_id) }))
}
