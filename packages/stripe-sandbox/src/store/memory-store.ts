import { Disk, type DiskRow } from './disk.ts'
import type { Change, Store } from './store.ts'
import { type Row, Table } from './table.ts'
import { type IndexName, indexes, type TableName, type Tables } from './tables.ts'

/** How to take back one write. */
interface Undo {
  table: TableName
  row: Row
  /** What was there before; undefined when the write added the row. */
  before: { id: string } | undefined
  kind: 'put' | 'delete'
}

/**
 * The store: Maps in memory, and a file that has every commit before `transaction` returns.
 *
 * A transaction is a list of undos. A throw plays it back from the end; a nested transaction plays back to where it began.
 * At the outermost end the last state of every touched row goes to disk in one SQLite transaction; if that fails,
 * memory is taken back too, so memory never knows what the disk does not. There is one writer and no waiting: handlers are
 * synchronous.
 */
export class MemoryStore implements Store {
  readonly #tables = new Map<TableName, Table>()
  readonly #listeners = new Set<(changes: readonly Change[]) => void>()
  readonly #disk: Disk | undefined
  #undos: Undo[] | undefined
  #lastPlace = 0

  /** @param dataDir where to keep the data; memory only when it is left out. */
  constructor(dataDir?: string) {
    if (dataDir === undefined) return
    this.#disk = new Disk(dataDir)
    for (const { place, table, body } of this.#disk.load()) {
      // A boundary: the file holds what `put` was given, under the table's own name.
      this.#table(table as TableName).insert(place, JSON.parse(body) as { id: string })
      this.#lastPlace = place
    }
  }

  get<T extends TableName>(table: T, id: string): Tables[T] | undefined {
    return this.#table(table).get(id)?.object as Tables[T] | undefined
  }

  put<T extends TableName>(table: T, object: Tables[T]): void {
    const undos = this.#writable()
    const old = this.#table(table).get(object.id)
    if (old) {
      undos.push({ table, row: old, before: old.object, kind: 'put' })
      this.#table(table).replace(old, object)
    } else {
      const row = this.#table(table).insert(++this.#lastPlace, object)
      undos.push({ table, row, before: undefined, kind: 'put' })
    }
  }

  delete(table: TableName, id: string): void {
    const undos = this.#writable()
    const row = this.#table(table).get(id)
    if (!row) return
    undos.push({ table, row, before: row.object, kind: 'delete' })
    this.#table(table).remove(row)
  }

  all<T extends TableName>(table: T): Iterable<Tables[T]> {
    return this.#table(table).newestFirst() as Iterable<Tables[T]>
  }

  where<T extends TableName>(table: T, index: IndexName<T>, value: string): Iterable<Tables[T]> {
    return this.#table(table)
      .where(index, value)
      .map((row) => row.object as Tables[T])
  }

  tables(): TableName[] {
    return [...this.#tables.keys()]
  }

  count(table: TableName): number {
    return this.#table(table).size
  }

  transaction<R>(work: () => R): R {
    const isOutermost = this.#undos === undefined
    this.#undos ??= []
    const start = this.#undos.length
    try {
      const result = work()
      if (isOutermost) this.#saveToDisk(this.#undos)
      else return result
      const changes = distinctChanges(this.#undos)
      this.#undos = undefined
      for (const listener of changes.length > 0 ? this.#listeners : []) listener(changes)
      return result
    } catch (error) {
      if (this.#undos) this.#undo(this.#undos, start)
      if (isOutermost) this.#undos = undefined
      throw error
    }
  }

  onCommit(listener: (changes: readonly Change[]) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  close(): void {
    this.#disk?.close()
  }

  #saveToDisk(undos: readonly Undo[]): void {
    if (!this.#disk || undos.length === 0) return
    const writes = new Map<number, DiskRow>()
    const erased = new Set<number>()
    for (const { table, row } of undos) {
      if (writes.has(row.place) || erased.has(row.place)) continue
      const present = this.#table(table).get(row.id)
      if (present?.place === row.place) {
        writes.set(row.place, { place: row.place, table, body: JSON.stringify(present.object) })
      } else erased.add(row.place)
    }
    this.#disk.commit(writes.values(), erased)
  }

  #undo(undos: Undo[], start: number): void {
    for (const { table, row, before, kind } of undos.splice(start).reverse()) {
      const rows = this.#table(table)
      if (kind === 'delete' && before) rows.insert(row.place, before)
      else {
        const present = rows.get(row.id)
        if (!present) continue
        if (before) rows.replace(present, before)
        else rows.remove(present)
      }
    }
  }

  #writable(): Undo[] {
    if (!this.#undos) throw new Error('The store is written only inside a transaction.')
    return this.#undos
  }

  #table(name: TableName): Table {
    let table = this.#tables.get(name)
    if (!table) {
      // A boundary: `indexes` is checked against `Tables`; this map forgets which object type belongs to which table.
      const keys = (indexes as { [T in TableName]?: unknown })[name] ?? {}
      table = new Table(keys as ConstructorParameters<typeof Table>[0])
      this.#tables.set(name, table)
    }
    return table
  }
}

function distinctChanges(undos: readonly Undo[]): Change[] {
  const seen = new Map<number, Change>()
  for (const { table, row } of undos) if (!seen.has(row.place)) seen.set(row.place, { table, id: row.id })
  return [...seen.values()]
}
