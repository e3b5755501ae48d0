import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { OperatorError } from '../explain-failure.ts'

type FetchHandler = (request: Request, bindings: object) => Response | Promise<Response>

/** An open port of this machine, reachable from this machine only. Until `serve` everybody gets 503. */
export interface OpenPort {
  port: number
  serve(handler: FetchHandler): void
  /** No new requests; those under way have a moment to finish. */
  close(): Promise<void>
}

const CLOSE_GRACE_MS = 3_000

/** Opened before anything else is started, so that a port in use costs nobody anything. Throws OperatorError for that. */
export async function openPort(port: number, setting: string): Promise<OpenPort> {
  let handler: FetchHandler = () => new Response('Billhook is starting.', { status: 503 })
  const server = createServer(
    getRequestListener((request, bindings) => handler(request, bindings), { overrideGlobalObjects: false }),
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  }).catch((error: unknown) => {
    throw explainPort(error, port, moveBy(setting, port))
  })
  return {
    // A TCP server that listens has an AddressInfo.
    port: (server.address() as AddressInfo).port,
    serve: (next) => {
      handler = next
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      const cutOff = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS)
      await closed
      clearTimeout(cutOff)
    },
  }
}

/** What to do about a port of laptop mode. */
export function moveBy(setting: string, port: number): string {
  return `Set ${setting} to another one, such as ${setting}=${port + 1} npm start.`
}

/** A port in use or forbidden, or an address that is not ours, as an OperatorError with the remedy; anything else as it is. */
export function explainPort(error: unknown, port: number, remedy: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'EADDRINUSE') return new OperatorError(`Port ${port} is in use by another program. ${remedy}`)
  if (code === 'EACCES') return new OperatorError(`This user may not open port ${port}. ${remedy}`)
  if (['ENOTFOUND', 'EAI_AGAIN', 'EADDRNOTAVAIL', 'EINVAL'].includes(code)) {
    return new OperatorError(
      'HOST is no address of this machine. Set it to one, or unset it to listen on all.',
    )
  }
  return error
}
