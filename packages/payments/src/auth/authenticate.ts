import { z } from 'zod'
import type { Clock } from '../domain/clock.ts'
import { DomainError } from '../domain/errors.ts'
import type { Principal } from '../domain/principal.ts'
import { type ClaimNames, ownerOf, principalFromClaims } from './principal.ts'
import { permissionsOf, type RoleRules } from './roles.ts'
import { createTokenCache } from './token-cache.ts'
import type { TokenKeys } from './token-keys.ts'
import { createTokenVerifier } from './verify-token.ts'

/** The request as authentication sees it. Hono's `c.req` is one. */
export interface AuthRequest {
  header(name: string): string | undefined
  raw: Request
}

/**
 * Who is asking.
 * @throws DomainError unauthenticated, invalid_token (401), auth_unavailable (503)
 */
export type Authenticate = (request: AuthRequest) => Promise<Principal>

/** Access tokens that somebody else issued. */
export interface TokenAuth {
  keys: TokenKeys
  /** The `aud` a token must carry; null: not checked. */
  audience: string | null
  clockSkewSeconds: number
  claims: ClaimNames
  roles: RoleRules
}

/** The host app says who is asking: its own session, cookie or token. */
export interface HostAuth {
  authenticate: (request: Request) => MaybeHostPrincipal | Promise<MaybeHostPrincipal>
  roles: RoleRules
}

/** Null or undefined: nobody is logged in. */
type MaybeHostPrincipal = HostPrincipal | null | undefined

/** What a host app's function answers of who is logged in. */
export interface HostPrincipal {
  /** The app's own id of who is billed. A whole number is taken as text, as one in a token is. */
  ownerId: string | number
  email?: string | null | undefined
  /** Judged by the configured roles, as those of a token are. */
  roles?: readonly string[] | undefined
}

export type AuthSettings = TokenAuth | HostAuth

/** Verified tokens kept at most; about 300 bytes each. */
const CACHED_TOKENS = 10_000
/** A key that its issuer withdrew stops working after this long at the latest, although its tokens have not expired. */
const LONGEST_TRUST_MS = 10 * 60_000

export function createAuthenticate(settings: AuthSettings, clock: Clock): Authenticate {
  return 'authenticate' in settings ? hostAuthenticate(settings) : tokenAuthenticate(settings, clock)
}

function tokenAuthenticate(settings: TokenAuth, clock: Clock): Authenticate {
  const verify = createTokenVerifier({ ...settings, clock })
  const cache = createTokenCache<Principal>({ limit: CACHED_TOKENS, longestMs: LONGEST_TRUST_MS, clock })

  return async (request) => {
    const token = bearerToken(request.header('authorization'))
    const known = cache.get(token)
    if (known) return known
    const claims = await verify(token)
    const principal = principalFromClaims(claims, settings.claims, settings.roles)
    cache.set(token, principal, claims.exp * 1000)
    return principal
  }
}

function hostAuthenticate({ authenticate, roles }: HostAuth): Authenticate {
  return async ({ raw }) => {
    const answer = await authenticate(raw)
    if (answer === null || answer === undefined) throw new DomainError('unauthenticated')
    const host = HOST_PRINCIPAL.parse(answer)
    return {
      ownerId: host.ownerId,
      email: host.email ?? null,
      permissions: permissionsOf(host.roles ?? [], roles),
    }
  }
}

/** The host's function may be plain JavaScript: a wrong answer is a bug there, and must not become an owner called "undefined". */
const HOST_PRINCIPAL = z.object(
  {
    ownerId: z
      .unknown()
      .transform(ownerOf)
      .pipe(z.string('must be a text, or a whole number, that names an owner')),
    email: z.string().nullish(),
    roles: z.array(z.string()).nullish(),
  },
  'auth.authenticate must answer { ownerId, email?, roles? }, or null for nobody',
)

function bearerToken(header: string | undefined): string {
  if (header === undefined || header === '') throw new DomainError('unauthenticated')
  const token = /^Bearer +([\w.~+/=-]+)$/i.exec(header)?.[1]
  if (token === undefined) throw new DomainError('invalid_token')
  return token
}
