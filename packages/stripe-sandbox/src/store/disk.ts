import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** An object as it lies on disk. `place` is its order of insertion and its key. */
export interface DiskRow {
  place: number
  table: string
  body: string
}

const schemaVersion = 1

/**
 * The data directory: one SQLite file that is only read at start. WAL with synchronous=NORMAL survives the death of the
 * process at any instant (what was committed is in the operating system's hands); a power cut may lose the last commits,
 * never the consistency. The exclusive lock keeps a second sandbox out and dies with the process.
 */
export class Disk {
  readonly #database: DatabaseSync
  readonly #begin
  readonly #write
  readonly #erase
  readonly #commit

  constructor(directory: string) {
    mkdirSync(directory, { recursive: true })
    const file = join(directory, 'stripe-sandbox.sqlite')
    this.#database = new DatabaseSync(file)
    try {
      this.#database.exec(
        'PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; BEGIN IMMEDIATE; COMMIT;',
      )
    } catch (error) {
      this.#database.close()
      throw new Error(`${file} cannot be opened: is another sandbox using this data directory?`, {
        cause: error,
      })
    }
    this.#checkVersion(file)
    this.#database.exec(
      'CREATE TABLE IF NOT EXISTS objects (place INTEGER PRIMARY KEY, "table" TEXT NOT NULL, body TEXT NOT NULL) STRICT',
    )
    this.#begin = this.#database.prepare('BEGIN')
    this.#commit = this.#database.prepare('COMMIT')
    this.#write = this.#database.prepare(
      'INSERT OR REPLACE INTO objects (place, "table", body) VALUES (?, ?, ?)',
    )
    this.#erase = this.#database.prepare('DELETE FROM objects WHERE place = ?')
  }

  /** Everything, oldest first. */
  *load(): Generator<DiskRow> {
    const rows = this.#database.prepare('SELECT place, "table", body FROM objects ORDER BY place').iterate()
    for (const row of rows) {
      yield { place: Number(row.place), table: String(row.table), body: String(row.body) }
    }
  }

  /** All of it or nothing. */
  commit(writes: Iterable<DiskRow>, erasedPlaces: Iterable<number>): void {
    this.#begin.run()
    try {
      for (const { place, table, body } of writes) this.#write.run(place, table, body)
      for (const place of erasedPlaces) this.#erase.run(place)
      this.#commit.run()
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw error
    }
  }

  close(): void {
    this.#database.close()
  }

  #checkVersion(file: string): void {
    const version = Number(this.#database.prepare('PRAGMA user_version').get()?.user_version)
    if (version === 0) this.#database.exec(`PRAGMA user_version = ${schemaVersion}`)
    else if (version !== schemaVersion) {
      this.#database.close()
      throw new Error(
        `${file} was written by another version of the sandbox (${version}): delete it to start afresh`,
      )
    }
  }
}
