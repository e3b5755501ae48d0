import type { Executor } from '../connect.ts'

/** How far a listing has come, as whoever writes it wants it; null when it has never begun. */
export async function readCursor(executor: Executor, name: string): Promise<unknown> {
  const row = await executor
    .selectFrom('cursors')
    .select('position')
    .where('name', '=', name)
    .executeTakeFirst()
  return row?.position ?? null
}

/** Whether a listing went on within so long; not by a clock that was wrong, and is ahead by more than that. */
export async function hasCursorMoved(
  executor: Executor,
  name: string,
  now: Date,
  withinMs: number,
): Promise<boolean> {
  const row = await executor
    .selectFrom('cursors')
    .select('name')
    .where('name', '=', name)
    .where('updated_at', '>', new Date(now.getTime() - withinMs))
    .where('updated_at', '<', new Date(now.getTime() + withinMs))
    .executeTakeFirst()
  return row !== undefined
}

/** Says where a listing begins, when nobody has said it before. */
export async function beginCursor(
  executor: Executor,
  name: string,
  position: object,
  now: Date,
): Promise<void> {
  await executor
    .insertInto('cursors')
    .values({ name, position: JSON.stringify(position), updated_at: now })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute()
}

/** With what the page brought, in one transaction, or after it. */
export async function writeCursor(
  executor: Executor,
  name: string,
  position: object,
  now: Date,
): Promise<void> {
  const row = { position: JSON.stringify(position), updated_at: now }
  await executor
    .insertInto('cursors')
    .values({ name, ...row })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
    .execute()
}
