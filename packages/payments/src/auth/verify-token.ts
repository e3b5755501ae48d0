import { errors, type JWTPayload, jwtVerify } from 'jose'
import type { Clock } from '../domain/clock.ts'
import { DomainError } from '../domain/errors.ts'
import { algorithmsOf, type KeyFetchSettings, keyResolver, type TokenKeys } from './token-keys.ts'

/** Claims whose signature, issuer, audience and times were found good. `exp` is in seconds since 1970. */
export type VerifiedClaims = JWTPayload & { exp: number }

export interface TokenRules extends Omit<KeyFetchSettings, 'clock'> {
  keys: TokenKeys
  audience: string | null
  clockSkewSeconds: number
  clock: Clock
}

/**
 * Verifies access tokens. A token without `exp` is refused: it could never be taken back.
 * @returns a function that throws DomainError invalid_token (401), or auth_unavailable (503) when the issuer's keys cannot be had
 */
export function createTokenVerifier(rules: TokenRules): (token: string) => Promise<VerifiedClaims> {
  const resolveKey = keyResolver(rules.keys, rules)
  const fixed = {
    algorithms: algorithmsOf(rules.keys),
    requiredClaims: ['exp'],
    clockTolerance: rules.clockSkewSeconds,
    ...(rules.keys.issuer === null ? {} : { issuer: rules.keys.issuer }),
    ...(rules.audience === null ? {} : { audience: rules.audience }),
  }

  return async (token) => {
    const options = { ...fixed, currentDate: rules.clock.now() }
    try {
      const { payload } = await jwtVerify(token, resolveKey, options)
      return withExpiry(payload)
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw refusal(error)
      return await verifyWithAny(token, error, options)
    }
  }
}

/** A token without key id, and several keys that fit: the one that verifies is the right one. */
async function verifyWithAny(
  token: string,
  candidates: errors.JWKSMultipleMatchingKeys,
  options: Parameters<typeof jwtVerify>[2],
): Promise<VerifiedClaims> {
  for await (const key of candidates) {
    try {
      const { payload } = await jwtVerify(token, key, options)
      return withExpiry(payload)
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw refusal(error)
    }
  }
  throw new DomainError('invalid_token')
}

function withExpiry(payload: JWTPayload): VerifiedClaims {
  if (typeof payload.exp !== 'number') throw new DomainError('invalid_token')
  return { ...payload, exp: payload.exp }
}

function refusal(error: unknown): unknown {
  if (!(error instanceof errors.JOSEError)) return error
  // The error itself carries the claims, and the cause is logged: nobody's e-mail address belongs there.
  const cause = new Error(`${error.code}: ${error.message}`)
  if (error instanceof errors.JWTExpired) {
    return new DomainError('invalid_token', { detail: 'The access token has expired.', cause })
  }
  return new DomainError('invalid_token', { cause })
}
