import type { Answer } from '../replica.ts'
import type { Owner, World } from '../world.ts'
import { checkToldAccess, type ToldAccess } from './told-access.ts'
import { givenTo } from './truth.ts'

/** What an owner is answered is what Stripe gives. What the app was told last is the same too, and what led there was never worse than the truth. */
export async function checkAccess(world: World, owner: Owner, answer: Answer | null): Promise<void> {
  const expected = asLine(
    givenTo(world, owner, world.time.nowMs).map(
      ({ id, features, untilMs }) => `${id}:${features}:${untilMs === null ? '' : instant(untilMs)}`,
    ),
  )
  const answered = granted(answer?.body)
  if (answer?.status !== 200 || answered !== expected)
    throw new Error(`access of ${owner} is "${answered}" (${answer?.status}); Stripe gives "${expected}"`)
  const told = await allTold(world, owner)
  const last = told.filter(({ type }) => type === 'access.changed').at(-1)
  if (granted(last?.payload) !== answered)
    throw new Error(`access of ${owner} is "${answered}"; the app was told "${granted(last?.payload)}"`)
  checkToldAccess(world, owner, told)
}

/** What is granted by an answer or an app event, as one line. */
function granted(access: object | undefined): string {
  // Both have the shape of PresentedAccess, which the tests of the endpoint and of the events check.
  const { grants = [] } = (access ?? {}) as Partial<ToldAccess>
  return asLine(
    grants
      .filter((each) => each.is_granted)
      .map(({ id, features, until }) => `${id}:${features}:${until ?? ''}`),
  )
}

function asLine(parts: string[]): string {
  return parts.toSorted((a, b) => a.localeCompare(b)).join(' ')
}

function instant(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}

async function allTold(world: World, owner: Owner) {
  const rows = await world.stage.db.query
    .selectFrom('outbox')
    .select(['type', 'payload'])
    .where('owner_id', '=', owner)
    .orderBy('id')
    .execute()
  // jsonb objects, written by insertTransitions.
  return rows.map(({ type, payload }) => ({ type, payload: payload as Readonly<Record<string, unknown>> }))
}
