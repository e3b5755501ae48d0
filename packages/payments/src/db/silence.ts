import { Socket } from 'node:net'
import pg from 'pg'

/*
 * A host that vanishes closes nothing, and the server that would end a statement which takes too long has vanished with it. Without a limit of
 * our own such a statement never ends: a quarter of an hour where something was still to be sent, hours where an answer was waited for.
 *
 * The connection is destroyed, and with an error: then neither the pool nor a transaction uses it again.
 */

/** For the server's own word that a statement took too long. */
const GRACE_MS = 5_000

/** Ends every connection of the pool that is in use and over which nothing has come for longer than a statement may take (0: for ever). */
export function endSilentConnections(pool: pg.Pool, statementTimeoutMs: number): void {
  const limitMs = statementTimeoutMs > 0 ? statementTimeoutMs + GRACE_MS : 0
  pool.on('acquire', (client) => endAfterSilence(client, limitMs))
  pool.on('release', (_, client) => allowSilence(client))
}

/** Until it is acquired or released the next time. */
export function endAfterSilence(client: pg.ClientBase, limitMs: number): void {
  const socket = socketOf(client)
  socket.off('timeout', end).on('timeout', end).setTimeout(limitMs)
}

function end(this: Socket): void {
  this.destroy(new Error(`Connection terminated: nothing came for ${this.timeout} ms`))
}

/** For a statement that may take as long as it wants. A host that vanishes meanwhile is found out by keep-alive. */
export function allowSilence(client: pg.ClientBase): void {
  socketOf(client).setTimeout(0)
}

function socketOf(client: pg.ClientBase): Socket {
  const stream = client instanceof pg.Client ? client.connection.stream : null
  if (!(stream instanceof Socket)) throw new TypeError('A connection to PostgreSQL goes over a socket')
  return stream
}
