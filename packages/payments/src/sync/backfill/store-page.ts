import type { Tx } from '../../db/connect.ts'
import { findRows, insertMissing, listLeasedCustomers } from '../../db/queries/backfill.ts'
import { insertKeys } from '../../db/queries/outbox.ts'
import { addSuspects, type Suspect } from '../../db/queries/suspects.ts'
import { findOwners } from '../../db/queries/sweep.ts'
import { findTellingSince, listWaitingGroups } from '../../db/queries/untold.ts'
import { together } from '../../db/transaction.ts'
import { unaddressedGroup } from '../../domain/doorbell.ts'
import { differences } from '../../domain/drift.ts'
import { WEBHOOK_GRACE_MS } from '../../domain/event-feed.ts'
import type { SyncContext } from '../context.ts'
import type { WriteScope } from '../fetched.ts'
import { addSilently, type Told } from './add-silently.ts'
import type { BackfilledObject, BackfillKind } from './kinds.ts'

/*
 * Why a page can be stored without the leases of its hundred customers: it only adds rows. A row that is there was written by
 * a sync or an earlier page, and is never overwritten by a list answer; if it says something else, it becomes a suspect, and is
 * fetched under its customer's lease afterwards. What could still go wrong is a sync that looked at Stripe before this page
 * did and writes after it: it would overwrite the newer row. Such a sync holds its customer's lease from before its look until after
 * its write, so a lease that is held now makes the customer's objects suspects too. A lease that is taken later belongs to a later look.
 *
 * Why it swallows no news (I3): a row that is added here is told to nobody, and the sync that an event asks for afterwards finds no
 * difference. So only history is added. What events tell of becomes a suspect, for a sync to write and tell: what belongs to a
 * customer for whom events wait, and what Stripe made since events tell what happens, because its events may be on their way.
 */
export interface StoredPage {
  stored: number
  foreign: number
  suspected: number
  told: readonly Told[]
}

type Row = Readonly<Record<string, unknown>>

interface Listed {
  object: BackfilledObject
  scope: WriteScope
  /** Null when the adapter cannot read it: its own sync will say why. */
  row: Row | null
}

interface Known {
  leased: ReadonlySet<string>
  waiting: ReadonlySet<string>
  tellingSince: number | null
  mirrored: ReadonlyMap<string, Row>
}

/** @param lookedAt from before the request to Stripe */
export async function storePage(
  tx: Tx,
  context: Pick<SyncContext, 'clock' | 'policy'>,
  kind: BackfillKind,
  objects: readonly BackfilledObject[],
  lookedAt: Date,
): Promise<StoredPage> {
  const ours = await listOurs(tx, objects, lookedAt)
  if (ours.length === 0) return { stored: 0, foreign: objects.length, suspected: 0, told: [] }
  const known = await lookUp(tx, kind, ours)
  const found = Object.groupBy(ours, (listed) => judge(kind, listed, known))
  const history = found.history ?? []
  const { inserted, told } = await addHistory(tx, context, kind, history, known.tellingSince)
  // A sync wrote it since it was looked up.
  const overtaken = history.filter(({ object }) => !inserted.has(object.id))
  // Of the young ones a webhook may be under way: then they were not missed, and are no drift.
  const untold = Object.groupBy(found.untold ?? [], ({ object }) =>
    object.created * 1000 > lookedAt.getTime() - WEBHOOK_GRACE_MS ? 'young' : 'old',
  )
  const { young = [], old = [] } = untold
  const suspects = [...(found.suspect ?? []), ...overtaken, ...old]
  await addSuspects(tx, suspectsOf(kind, suspects), lookedAt)
  await addSuspects(tx, suspectsOf(kind, young), new Date(lookedAt.getTime() + WEBHOOK_GRACE_MS))
  return {
    stored: inserted.size,
    foreign: objects.length - ours.length,
    suspected: suspects.length + young.length,
    told,
  }
}

async function listOurs(tx: Tx, objects: readonly BackfilledObject[], now: Date): Promise<Listed[]> {
  const customers = objects.flatMap(({ stripeCustomerId }) => stripeCustomerId ?? [])
  const owners = await findOwners(tx, customers)
  return objects.flatMap((object) => {
    const { stripeCustomerId } = object
    const ownerId = stripeCustomerId === null ? undefined : owners.get(stripeCustomerId)
    if (stripeCustomerId === null || ownerId === undefined) return []
    const scope = { ownerId, stripeCustomerId, now }
    return [{ object, scope, row: rowOf(object, scope) }]
  })
}

function rowOf(object: BackfilledObject, scope: WriteScope): Row | null {
  try {
    return object.row(scope)
  } catch {
    return null
  }
}

/** In this order: what is neither waiting nor being synced any more was written by then, and is in the rows that are read last. */
async function lookUp(tx: Tx, { table, resource }: BackfillKind, ours: readonly Listed[]): Promise<Known> {
  const ids = ours.map(({ object }) => object.id)
  const customers = ours.map(({ scope }) => scope.stripeCustomerId)
  const groups = [...customers, ...ids.map((id) => unaddressedGroup({ resource, id }))]
  const [tellingSince, waiting, leased, mirrored] = await together(tx, [
    findTellingSince(tx),
    listWaitingGroups(tx, groups),
    listLeasedCustomers(tx, customers),
    findRows(tx, table, ids),
  ])
  return { tellingSince, waiting, leased, mirrored }
}

function judge(
  { resource }: BackfillKind,
  { object, scope, row }: Listed,
  { leased, waiting, tellingSince, mirrored }: Known,
): 'known' | 'suspect' | 'untold' | 'history' {
  const { id, created } = object
  if (row === null || leased.has(scope.stripeCustomerId)) return 'suspect'
  const mirror = mirrored.get(id)
  if (mirror) return differences(mirror, row).length === 0 ? 'known' : 'suspect'
  if (waiting.has(scope.stripeCustomerId) || waiting.has(unaddressedGroup({ resource, id }))) return 'untold'
  return tellingSince !== null && created >= tellingSince ? 'untold' : 'history'
}

/** Nothing of it is told; but the grace of a subscription that is past due has to end. */
async function addHistory(
  tx: Tx,
  context: Pick<SyncContext, 'clock' | 'policy'>,
  kind: BackfillKind,
  history: readonly Listed[],
  tellingSince: number | null,
): Promise<{ inserted: ReadonlySet<string>; told: readonly Told[] }> {
  if (history.length === 0) return { inserted: new Set(), told: [] }
  const owners = history.map(({ scope }) => scope.ownerId)
  const now = context.clock.now()
  const { added, told } = await addSilently(tx, context, owners, now, () => insertHistory(tx, kind, history))
  const lasting = history
    .filter(({ object }) => added.has(object.id))
    .flatMap(({ object, scope }) => object.lasting?.(scope, tellingSince) ?? [])
  await insertKeys(tx, lasting)
  return { inserted: added, told }
}

/** Returns the ids of what was not there. */
async function insertHistory(
  tx: Tx,
  { table, attachedTable }: BackfillKind,
  history: readonly Listed[],
): Promise<ReadonlySet<string>> {
  const rows = history.flatMap(({ row }) => (row === null ? [] : [row]))
  const inserted = await insertMissing(tx, table, rows)
  if (attachedTable !== undefined) {
    const added = history.filter(({ object }) => inserted.has(object.id))
    const attached = added.flatMap(({ object, scope }) => object.attached(scope))
    await insertMissing(tx, attachedTable, attached)
  }
  return inserted
}

function suspectsOf({ resource }: BackfillKind, listed: readonly Listed[]): Suspect[] {
  return listed.map(({ object, scope }) => ({
    resource,
    id: object.id,
    stripeCustomerId: scope.stripeCustomerId,
  }))
}
