import { connect, createServer, type Server, type Socket } from 'node:net'

/** One address before several processes: each connection goes to the next one. What nobody takes is closed, as a load balancer does. */
export class Balancer {
  readonly #server: Server
  readonly #open = new Set<Socket>()
  #next = 0

  /** @param ports of those that should be there at present */
  constructor(ports: () => readonly number[]) {
    this.#server = createServer((client) => {
      const all = ports()
      const port = all[this.#next++ % Math.max(all.length, 1)]
      if (port === undefined) {
        client.destroy()
        return
      }
      const behind = connect(port, '127.0.0.1')
      for (const [from, to] of [
        [client, behind],
        [behind, client],
      ] as const) {
        this.#open.add(from)
        from.pipe(to)
        from.on('error', () => to.destroy())
        from.on('close', () => {
          this.#open.delete(from)
          to.destroy()
        })
      }
    })
  }

  async open(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    const address = this.#server.address()
    if (typeof address !== 'object' || address === null) throw new Error('no port')
    return address.port
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    for (const socket of this.#open) socket.destroy()
    await closed
  }
}
