// Run as a process of its own: starts a server on the given directory, says where, and waits to be killed.
import { connect } from '../../src/db/connect.ts'
import { ensureDatabase, startEmbeddedPostgres } from '../../src/db/embedded.ts'

const [home = ''] = process.argv.slice(2)
const server = await startEmbeddedPostgres(home === '' ? { throwaway: true } : { home })
const url = await ensureDatabase(server, 'billhook')
const db = connect({ databaseUrl: url })
const { rows } = await db.pool.query(
  `select split_part(pg_read_file('postmaster.pid'), E'\n', 1)::integer as pid, pg_postmaster_start_time()::text as started`,
)
await db.pool.query('create table if not exists kept (value text)')
await db.pool.query('insert into kept values ($1)', [`before the kill of ${process.pid}`])
console.log(JSON.stringify({ home: server.home, url, ...rows[0], uid: process.getuid?.() }))
setInterval(() => undefined, 1_000)
