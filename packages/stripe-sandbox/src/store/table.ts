/** One object and its neighbours in the order of insertion. */
export interface Row {
  /** Grows with every new row, over all tables: the order of insertion, also after a restart. */
  readonly place: number
  readonly id: string
  object: { id: string }
  older: Row | undefined
  newer: Row | undefined
}

/** What to file an object under: one value, several, or none. */
type KeyOf = (object: { id: string }) => string | readonly string[] | null

/**
 * One table in memory: objects by id, linked in the order of insertion, and their indexes. Knows nothing of
 * transactions: each method is its own counterpart's undo.
 */
export class Table {
  readonly #byId = new Map<string, Row>()
  #newest: Row | undefined
  readonly #indexes = new Map<string, { keyOf: KeyOf; rows: Filed }>()

  constructor(keys: Record<string, KeyOf>) {
    for (const [name, keyOf] of Object.entries(keys)) this.#indexes.set(name, { keyOf, rows: new Map() })
  }

  get size(): number {
    return this.#byId.size
  }

  get(id: string): Row | undefined {
    return this.#byId.get(id)
  }

  /** Adds a row at its place: at the end, or where it was when a deletion is undone. */
  insert(place: number, object: { id: string }): Row {
    let newer: Row | undefined
    let older = this.#newest
    while (older && older.place > place) {
      newer = older
      older = older.older
    }
    const row: Row = { place, id: object.id, object, older, newer }
    if (older) older.newer = row
    if (newer) newer.older = row
    else this.#newest = row
    this.#byId.set(row.id, row)
    for (const { keyOf, rows } of this.#indexes.values()) file(rows, keyOf(object), row)
    return row
  }

  replace(row: Row, object: { id: string }): void {
    const before = row.object
    row.object = object
    for (const { keyOf, rows } of this.#indexes.values()) {
      const [old, present] = [keyOf(before), keyOf(object)]
      // Most changes leave the fields alone by which objects are looked up.
      if (old === present) continue
      unfile(rows, old, row)
      file(rows, present, row)
    }
  }

  remove(row: Row): void {
    for (const { keyOf, rows } of this.#indexes.values()) unfile(rows, keyOf(row.object), row)
    this.#byId.delete(row.id)
    if (row.older) row.older.newer = row.newer
    if (row.newer) row.newer.older = row.older
    else this.#newest = row.older
  }

  /** Objects from the newest to the oldest. What is added meanwhile is not seen. */
  *newestFirst(): Generator<{ id: string }> {
    for (let row = this.#newest; row; row = row.older) yield row.object
  }

  /** Rows filed under a value of an index, newest first. */
  where(index: string, value: string): Row[] {
    const rows = this.#indexes.get(index)?.rows.get(value)
    return rows ? [...rows.values()].sort((a, b) => b.place - a.place) : []
  }
}

/** What is filed under each value of an index. */
type Filed = Map<string, Map<string, Row>>

function file(rows: Filed, key: ReturnType<KeyOf>, row: Row): void {
  for (const each of keysOf(key)) {
    const filed = rows.get(each)
    if (filed) filed.set(row.id, row)
    else rows.set(each, new Map([[row.id, row]]))
  }
}

function unfile(rows: Filed, key: ReturnType<KeyOf>, row: Row): void {
  for (const each of keysOf(key)) {
    const filed = rows.get(each)
    filed?.delete(row.id)
    if (filed?.size === 0) rows.delete(each)
  }
}

function keysOf(key: ReturnType<KeyOf>): readonly string[] {
  if (key === null) return []
  return typeof key === 'string' ? [key] : key
}
