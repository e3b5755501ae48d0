import { randomBytes } from 'node:crypto'
import { SignJWT } from 'jose'
import { startBillhook } from './billhook.ts'
import { startServer } from './child.ts'
import type { BenchDatabase } from './database.ts'
import { type LoadResult, load, median } from './load.ts'

export interface ReadResult {
  ours: LoadResult
  bare: LoadResult
  ratio: number
}

const OWNERS = 50

/**
 * `GET /payments/get-user-subscription` (authentication, rate limits, one query, our JSON) against a bare server of the same
 * framework that only verifies the token.
 */
export async function subscriptionRead(database: BenchDatabase, seconds: number): Promise<ReadResult> {
  const secret = randomBytes(32).toString('hex')
  const billhook = await startBillhook(
    await database.create('billhook_read_bench'),
    'whsec_bench_read_bench',
    secret,
  )
  const bare = await startServer({
    file: 'bench/peers/bare-token-server.ts',
    args: [secret],
    ready: (output) => Number(/PORT (\d+)/.exec(output)?.[1] ?? 0) || null,
  })
  const tokens = await Promise.all(
    Array.from({ length: OWNERS }, (_, index) => token(secret, `owner_${index}`)),
  )

  const ours: LoadResult[] = []
  const ceiling: LoadResult[] = []
  for (let round = 0; round < 3; round++) {
    ours.push(await reads(billhook.port, tokens, seconds))
    ceiling.push(await reads(bare.port, tokens, seconds))
  }
  await billhook.stop()
  await bare.stop()

  const [best, top] = [median(ours), median(ceiling)]
  return { ours: best, bare: top, ratio: best.perSecond / top.perSecond }
}

function reads(port: number, tokens: string[], seconds: number): Promise<LoadResult> {
  const requests = tokens.map((bearer) =>
    Buffer.from(
      `GET /payments/get-user-subscription HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${bearer}\r\n\r\n`,
    ),
  )
  let next = 0
  return load({
    port,
    connections: 64,
    warmUpMs: 1_000,
    durationMs: seconds * 1_000,
    nextRequest: () => requests[next++ % requests.length] ?? Buffer.alloc(0),
  })
}

function token(secret: string, owner: string): Promise<string> {
  return new SignJWT({ sub: owner })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(secret))
}
