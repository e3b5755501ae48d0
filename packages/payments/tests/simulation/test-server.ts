import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { connect } from '../../src/db/connect.ts'
import { startEmbeddedPostgres } from '../../src/db/embedded.ts'
import { migrate } from '../../src/db/migrate.ts'
import { openStage, type Stage } from './stage.ts'

/** A stage on a server of its own (or on DATABASE_URL), for who plays schedules outside the test runner. */
export async function withStage<T>(work: (stage: Stage) => Promise<T>): Promise<T> {
  const given = process.env.DATABASE_URL
  const embedded = given === undefined ? await startEmbeddedPostgres({ throwaway: true }) : null
  const adminUrl = given ?? embedded?.databaseUrl('postgres') ?? ''
  const prefix = `billhook_simulation_${randomBytes(4).toString('hex')}_`
  const template = `${prefix}template`
  const admin = new pg.Client({ connectionString: adminUrl })
  await admin.connect()
  try {
    await admin.query(`create database ${template}`)
    const databaseUrl = adminUrl.replace(/^(postgres(?:ql)?:\/\/[^/]*)\/[^?]*/, `$1/${template}`)
    const db = connect({ databaseUrl, maxConnections: 1 })
    await migrate(db)
    await db.close()
    const stage = await openStage(adminUrl, template, prefix)
    try {
      return await work(stage)
    } finally {
      await stage.close()
    }
  } finally {
    await admin.query(`drop database if exists ${template} with (force)`)
    await admin.end()
    await embedded?.stop()
  }
}
