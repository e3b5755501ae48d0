import type pg from 'pg'

/*
 * A statement that has a name is parsed and planned once per connection instead of each time, and for most of ours planning costs more
 * than running. Kysely gives no names, so they are given here, on the way to `pg`.
 *
 * No name for a statement that says `*`: what it answers depends on the table, and PostgreSQL refuses a prepared one as soon as a migration
 * has added a column, which must not stop the replicas that still run.
 */

/** Statements whose text depends on their arguments come in any number; a server keeps every named one for each connection. */
const MOST_NAMES = 200
/** What is asked more often than this is asked for ever. */
const RARE = 2

export type NameStatement = (text: string) => string | undefined

/** Names statements that come again and again, the first few hundred of them. */
export function createNaming(): NameStatement {
  const timesAsked = new Map<string, number>()
  const names = new Map<string, string>()
  return (text) => {
    const known = names.get(text)
    if (known !== undefined || names.size >= MOST_NAMES || text.includes('*')) return known
    const times = (timesAsked.get(text) ?? 0) + 1
    if (times <= RARE) {
      if (timesAsked.size > MOST_NAMES * 5) timesAsked.clear()
      timesAsked.set(text, times)
      return undefined
    }
    timesAsked.delete(text)
    const name = `billhook-${names.size}`
    names.set(text, name)
    return name
  }
}

/** Takes connections from the pool whose `query` gives names. */
export function withNamedStatements(
  pool: pg.Pool,
  nameOf: NameStatement = createNaming(),
): () => Promise<pg.PoolClient> {
  const clients = new WeakMap<pg.PoolClient, pg.PoolClient>()
  return async () => {
    const client = await pool.connect()
    const known = clients.get(client)
    if (known) return known
    const named = withNames(client, nameOf)
    clients.set(client, named)
    return named
  }
}

/** The client itself but for `query`, so that whatever else is asked of it is answered as before. */
function withNames(client: pg.PoolClient, nameOf: NameStatement): pg.PoolClient {
  const query = (text: string, values: unknown[] = []) => {
    const name = nameOf(text)
    return name === undefined ? client.query(text, values) : client.query({ name, text, values })
  }
  return Object.create(client, { query: { value: query } })
}
