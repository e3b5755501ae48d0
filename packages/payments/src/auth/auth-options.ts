import type { AuthSettings, HostAuth } from './authenticate.ts'
import { type ClaimNames, DEFAULT_CLAIMS } from './principal.ts'
import type { RoleRules } from './roles.ts'
import type { TokenKeys } from './token-keys.ts'

/** How requests are authenticated: with a shared secret, with an issuer's published keys, or by a function of the host app. */
export type AuthOptions = (SecretAuthOptions | IssuerAuthOptions | HostAuthOptions) & {
  roles?: {
    /** Roles that may read what is their own; none listed: everybody authenticated may. */
    read?: readonly string[]
    /** Roles that may spend for themselves; none listed: everybody authenticated may. */
    spend?: readonly string[]
    /** Roles that operate; none listed: nobody does. */
    operate?: readonly string[]
  }
}

interface TokenOptions {
  /** The `aud` that tokens must carry. */
  audience?: string | null | undefined
  /** How far the clocks may differ. 5 when left out. */
  clockSkewSeconds?: number
  /** Where tokens say what: `sub`, `email` and `roles` when left out. Paths such as `app_metadata.roles` work. */
  claims?: Partial<ClaimNames>
}

/** HS256 tokens. */
export interface SecretAuthOptions extends TokenOptions {
  /** At least 32 bytes. */
  secret: string
  issuer?: string | null | undefined
}

/** RS256, ES256 or EdDSA tokens. */
export interface IssuerAuthOptions extends TokenOptions {
  issuer: string
  jwksUrl: string
}

export type HostAuthOptions = Pick<HostAuth, 'authenticate'>

const DEFAULT_CLOCK_SKEW_SECONDS = 5
/** HS256 is as strong as its secret (RFC 7518, 3.2). */
const LEAST_SECRET_BYTES = 32

/** @throws RangeError for a secret that is too short, or keys of an issuer that has no name */
export function authSettingsOf(options: AuthOptions): AuthSettings {
  const roles: RoleRules = {
    readRoles: options.roles?.read ?? [],
    spendRoles: options.roles?.spend ?? [],
    operatorRoles: options.roles?.operate ?? [],
  }
  if ('authenticate' in options) return { authenticate: options.authenticate, roles }
  return {
    keys: keysOf(options),
    audience: options.audience ?? null,
    clockSkewSeconds: options.clockSkewSeconds ?? DEFAULT_CLOCK_SKEW_SECONDS,
    claims: { ...DEFAULT_CLAIMS, ...options.claims },
    roles,
  }
}

function keysOf(options: SecretAuthOptions | IssuerAuthOptions): TokenKeys {
  if ('jwksUrl' in options) {
    // Unset in the host's environment it is undefined whatever the type says, and then no issuer at all would be checked.
    if (!options.issuer) throw new RangeError('auth.issuer must be named beside auth.jwksUrl')
    return { kind: 'jwks', url: options.jwksUrl, issuer: options.issuer }
  }
  if (Buffer.byteLength(options.secret) < LEAST_SECRET_BYTES) {
    throw new RangeError(`auth.secret must be at least ${LEAST_SECRET_BYTES} bytes long`)
  }
  return { kind: 'secret', secret: options.secret, issuer: options.issuer ?? null }
}
