import { DomainError } from '../domain/errors.ts'
import type { Database } from './connect.ts'
import { claimInstallation } from './queries/installation.ts'

/** The installation, read from the database once; the first readers share one query. */
export interface KnownInstallation {
  /** Null when it is known already. Rejects with what the query failed with, and then asks again the next time. */
  ensure(): Promise<void> | null
  /** @throws DomainError database_unavailable while it is not known */
  id(): string
}

/** @param livemode mode of the Stripe key; `ensure` rejects with WrongModeError when the database serves the other one */
export function createKnownInstallation(db: Database, livemode: boolean): KnownInstallation {
  let id: string | null = null
  let reading: Promise<void> | null = null

  async function read(): Promise<void> {
    try {
      id = (await claimInstallation(db.query, livemode)).id
    } finally {
      reading = null
    }
  }

  return {
    ensure() {
      if (id !== null) return null
      reading ??= read()
      return reading
    },
    id() {
      if (id === null) throw new DomainError('database_unavailable', { retryAfterSeconds: 5 })
      return id
    },
  }
}
