import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface DatabaseProxy {
  /** The database, through the proxy. */
  url: string
  /** Nothing goes through what is connected, any more, and nothing is closed: its host has vanished. What connects later is served. */
  freeze(): void
  /** The same for each connection that says this, from then on. */
  freezeAt(said: string): void
  close(): Promise<void>
}

/** Stands between the product and PostgreSQL, where networks fail. */
export async function startDatabaseProxy(databaseUrl: string): Promise<DatabaseProxy> {
  const url = new URL(databaseUrl)
  const directory = url.searchParams.get('host')
  const { hostname } = url
  const port = Number(url.port || 5432)
  const sockets = new Set<Socket>()
  let ending = /(?!)/

  const server = createServer((client) => {
    const upstream = directory ? connect(`${directory}/.s.PGSQL.${port}`) : connect(port, hostname)
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from)
      from.on('data', (bytes) => {
        if (from === client && ending.test(bytes.toString('latin1'))) freezeOne(client, upstream)
        else to.write(bytes)
      })
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
      from.on('error', () => undefined)
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url.searchParams.delete('host')
  url.hostname = '127.0.0.1'
  // A TCP server that listens has an AddressInfo.
  url.port = String((server.address() as AddressInfo).port)

  function freezeOne(...both: Socket[]): void {
    for (const socket of both) socket.removeAllListeners('data').pause()
  }
  return {
    url: url.href,
    freeze: () => freezeOne(...sockets),
    freezeAt(said) {
      ending = new RegExp(said)
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
