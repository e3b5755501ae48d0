import { createServer } from 'node:net'

/** A port that nobody listens on right now, for a program that must know its address before it starts. */
export async function findFreePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string')
    throw new Error('A TCP server that listens has a port.')
  return address.port
}
