import { createSecretKey } from 'node:crypto'
import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose'
import type { Clock } from '../domain/clock.ts'
import { DomainError } from '../domain/errors.ts'

/** What access tokens are verified with. */
export type TokenKeys =
  | { kind: 'secret'; secret: string; issuer: string | null }
  | { kind: 'jwks'; url: string; issuer: string }

/** The algorithms go with the kind of key: a public key is never taken for an HMAC secret. */
export function algorithmsOf(keys: TokenKeys): string[] {
  return keys.kind === 'secret' ? ['HS256'] : ['RS256', 'ES256', 'EdDSA']
}

export interface KeyFetchSettings {
  /** After a fetch, tokens with unknown key ids cause no other for this long. */
  cooldownMs?: number
  /** After a failed fetch, none is tried for this long. */
  failurePauseMs?: number
  timeoutMs?: number
  clock: Clock
}

/**
 * Finds the key of a token. Keys from a URL are fetched once for any number of requests that wait, kept for 10 minutes, and
 * fetched again for an unknown key id (rotation), but then not more often than the cooldown says: tokens with invented key
 * ids must not become requests to the issuer.
 */
export function keyResolver(keys: TokenKeys, settings: KeyFetchSettings): JWTVerifyGetKey {
  if (keys.kind === 'secret') {
    const secret = createSecretKey(Buffer.from(keys.secret))
    return () => secret
  }
  const remote = createRemoteJWKSet(new URL(keys.url), {
    cooldownDuration: settings.cooldownMs ?? 10_000,
    timeoutDuration: settings.timeoutMs ?? 5_000,
    [customFetch]: pausingFetch(settings),
  })
  return async (header, token) => {
    try {
      return await remote(header, token)
    } catch (error) {
      // These two are about the token; everything else is about the issuer's server, and says nothing against the token.
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
        throw error
      throw new DomainError('auth_unavailable', { cause: error, retryAfterSeconds: 5 })
    }
  }
}

/** A fetch that gives an issuer in trouble a moment, instead of asking it for every request that comes in. */
function pausingFetch({ failurePauseMs = 2_000, clock }: KeyFetchSettings) {
  let failedAtMs = Number.NEGATIVE_INFINITY
  return async (url: string, options: RequestInit): Promise<Response> => {
    if (clock.now().getTime() < failedAtMs + failurePauseMs) throw new Error('The issuer failed a moment ago')
    try {
      const response = await fetch(url, options)
      if (response.status !== 200) failedAtMs = clock.now().getTime()
      return response
    } catch (error) {
      failedAtMs = clock.now().getTime()
      throw error
    }
  }
}
