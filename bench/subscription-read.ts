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
  const billhook = await startBillhook({
    databaseUrl: await database.create('billhook_read_bench'),
    webhookSecret: 'whsec_bench_read_bench',
    jwtSecret: secret,
  })
  const bare = await startServer({
    file: 'bench/peers/bare-token-server.ts',
    args: [secret],
    ready: (output) => Number(/PORT (\d+)/.exec(output)?.[1] ?? 0) || null,
  })
  const owners = Array.from({ length: OWNERS }, (_, index) => `owner_${index}`)

  const ours: LoadResult[] = []
  const ceiling: LoadResult[] = []
  for (let round = 0; round < 3; round++) {
    ours.push(await subscriptionReads(billhook.port, secret, owners, seconds))
    ceiling.push(await subscriptionReads(bare.port, secret, owners, seconds))
  }
  await billhook.stop()
  await bare.stop()

  const [best, top] = [median(ours), median(ceiling)]
  return { ours: best, bare: top, ratio: best.perSecond / top.perSecond }
}

/** Reads of these owners' subscriptions in turn, over 64 connections. */
export async function subscriptionReads(
  port: number,
  jwtSecret: string,
  owners: readonly string[],
  seconds: number,
): Promise<LoadResult> {
  const tokens = await Promise.all(owners.map((owner) => token(jwtSecret, owner)))
  const requests = tokens.map((bearer) =>
    Buffer.from(
      `GET /payments/get-user-subscription HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${bearer}\r\n\r\n`,
    ),
  )
  let next = 0
  return load({
    port,
    connections: 64,
    warmUpMs: 2_000,
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
