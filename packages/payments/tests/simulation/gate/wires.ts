import { Socket } from 'node:net'

/**
 * The connections of this process to the gate, seen from both ends: whether a byte is on its way between them. A loopback is quick
 * and yet not at once, and a simulation that goes on too early plays another schedule.
 */
export class Wires {
  readonly #clients = new Set<Socket>()
  /** The gate's ends, by both ports: two connections to two doors of the gate may well have the same port on our side. */
  readonly #ends = new Map<string, Socket>()
  readonly #ports = new Set<number>()

  readonly #restore: () => void

  constructor() {
    this.#restore = onConnect((socket) => this.#addClient(socket))
  }

  addPort(port: number): void {
    this.#ports.add(port)
  }

  addEnd(end: Socket): void {
    this.#ends.set(`${end.remotePort} ${end.localPort}`, end)
  }

  isCarrying(): boolean {
    return [...this.#clients].some((client) => {
      if (client.connecting) return true
      const end = this.#ends.get(`${client.localPort} ${client.remotePort}`)
      if (end === undefined) return true
      if (end.destroyed) return !client.destroyed
      return client.bytesWritten !== end.bytesRead || end.bytesWritten !== client.bytesRead
    })
  }

  close(): void {
    this.#restore()
  }

  #addClient(socket: Socket): void {
    this.#clients.add(socket)
    socket.once('connect', () => {
      if (!this.#ports.has(socket.remotePort ?? 0)) this.#clients.delete(socket)
    })
    socket.once('close', () => this.#clients.delete(socket))
  }
}

/** Calls back with every socket of this process that begins to connect; Node itself tells of some of them only. */
function onConnect(listener: (socket: Socket) => void): () => void {
  const connect = Socket.prototype.connect
  const watched = function (this: Socket, ...parameters: unknown[]): Socket {
    listener(this)
    return Reflect.apply(connect, this, parameters)
  }
  // One function for all the overloads.
  Socket.prototype.connect = watched as typeof connect
  return () => {
    Socket.prototype.connect = connect
  }
}
