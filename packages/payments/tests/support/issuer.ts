import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'
import { afterEach } from 'vitest'

export interface IssuerKey {
  kid: string
  alg: string
  privateKey: CryptoKey
  publicJwk: JWK
}

/** A login service that publishes its keys over real HTTP. */
export interface Issuer {
  url: string
  jwksUrl: string
  /** How often the keys were fetched. */
  fetches(): number
  /** What the service answers from now on: these keys, or an HTTP error. */
  publish(keys: IssuerKey[] | number): void
  close(): Promise<void>
}

const open = new Set<Issuer>()

/** Closes the issuers that a test has started. */
export function closeIssuersAfterEach(): void {
  afterEach(async () => {
    await Promise.all([...open].map((issuer) => issuer.close()))
    open.clear()
  })
}

export async function startIssuer(keys: IssuerKey[]): Promise<Issuer> {
  let answer: IssuerKey[] | number = keys
  let fetches = 0
  const server = createServer((_request, response) => {
    fetches += 1
    if (typeof answer === 'number') {
      response.writeHead(answer).end('no')
      return
    }
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify({ keys: answer.map(({ publicJwk }) => publicJwk) }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const issuer: Issuer = {
    url,
    jwksUrl: `${url}/.well-known/jwks.json`,
    fetches: () => fetches,
    publish: (next) => {
      answer = next
    },
    async close() {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
  open.add(issuer)
  return issuer
}

export async function makeKey(kid: string, alg: 'RS256' | 'ES256' | 'EdDSA' = 'ES256'): Promise<IssuerKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { kid, alg, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } }
}

/** A token of the issuer; `exp` is five minutes after `now`. */
export function signToken(key: IssuerKey, claims: JWTPayload, now: Date): Promise<string> {
  return new SignJWT({ exp: Math.floor(now.getTime() / 1000) + 300, ...claims })
    .setProtectedHeader({ alg: key.alg, kid: key.kid })
    .sign(key.privateKey)
}
