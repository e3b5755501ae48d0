import type { IndexName, TableName, Tables } from './tables.ts'

/**
 * The sandbox's memory. Objects are values: never change one in place, `put` a changed copy.
 * Reads and writes are synchronous; `transaction` undoes its writes when the work throws, and has them on disk before it returns.
 */
export interface Store {
  get<T extends TableName>(table: T, id: string): Tables[T] | undefined
  /** Adds or replaces. A replaced object keeps its place in `all`. Only inside a transaction. */
  put<T extends TableName>(table: T, object: Tables[T]): void
  /** Only inside a transaction. */
  delete(table: TableName, id: string): void
  /** Newest first (by insertion). */
  all<T extends TableName>(table: T): Iterable<Tables[T]>
  /** The objects whose indexed field has this value, newest first: `where('subscription', 'customer', 'cus_1')`. */
  where<T extends TableName>(table: T, index: IndexName<T>, value: string): Iterable<Tables[T]>
  /** The tables that hold something or did. */
  tables(): TableName[]
  /** How many objects a table holds. */
  count(table: TableName): number
  /** Runs the work to its end. Inside another transaction it is a savepoint: what it wrote is undone alone. */
  transaction<R>(work: () => R): R
  /** Called after each outermost commit with what it wrote, in order of first writing. Returns the unsubscribe function. */
  onCommit(listener: (changes: readonly Change[]) => void): () => void
  /** Closes the file. Nothing may be written afterwards. */
  close(): void
}

export interface Change {
  table: TableName
  id: string
}
