import type { Context, World } from '../context.ts'
import type { Store } from '../store/store.ts'
import type { TableName, Tables } from '../store/tables.ts'
import { type Timeline, timelineOf } from './timeline-of.ts'

/** One kind of thing that time alone does to the objects of one table. */
export interface DueKind<T extends TableName = TableName> {
  name: string
  table: T
  /** Tables whose rows, under the same id, also decide about the moment. */
  alongside?: readonly TableName[]
  /** Follows the sandbox's own time also where the object belongs to a test clock. */
  isOfSandbox?: true
  /** When the next piece of work on this object is due, unix seconds; null when nothing is coming. */
  at: (object: Tables[T], world: Pick<World, 'store' | 'settings'>) => number | null
  /**
   * Does that piece, at its moment (`context.clock` shows it). Looks at the object again and leaves it with a later moment,
   * or with none; doing it twice changes nothing.
   */
  run: (context: Context, object: Tables[T]) => void
}

/** Forgets which table a kind is about, so that kinds of many tables fit into one list. */
export function dueKind<T extends TableName>(kind: DueKind<T>): DueKind {
  // A boundary: the engine hands a kind only objects of its own table.
  return kind as unknown as DueKind
}

export function timelineFor(kind: DueKind, store: Store, object: object): Timeline {
  // Nearly always: nobody uses test clocks here.
  if (store.count('test_helpers.test_clock') === 0) return null
  return kind.isOfSandbox ? null : timelineOf(store, object)
}
