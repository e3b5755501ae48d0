import { DomainError } from '../domain/errors.ts'
import { hasControlCharacter, type Principal } from '../domain/principal.ts'
import { permissionsOf, type RoleRules } from './roles.ts'

/** Where a token says what. Each is a claim's name, or a path through nested claims such as `app_metadata.roles`. */
export interface ClaimNames {
  owner: string
  email: string
  roles: string
}

export const DEFAULT_CLAIMS: ClaimNames = { owner: 'sub', email: 'email', roles: 'roles' }

type Claims = Readonly<Record<string, unknown>>

/**
 * The verified claims of a token as a principal.
 * @throws DomainError invalid_token when the token does not say who is billed
 */
export function principalFromClaims(claims: Claims, names: ClaimNames, rules: RoleRules): Principal {
  const ownerId = ownerOf(claimAt(claims, names.owner))
  if (ownerId === null) {
    throw new DomainError('invalid_token', {
      detail: `The access token has no usable claim "${names.owner}".`,
    })
  }
  const email = claimAt(claims, names.email)
  return {
    ownerId,
    email: typeof email === 'string' && email.includes('@') ? email : null,
    permissions: permissionsOf(rolesOf(claimAt(claims, names.roles)), rules),
  }
}

/** The reverse, for tokens that we make ourselves: claims that name this owner, address and roles. */
export function claimsOf(
  who: { ownerId: string; email: string | null; roles: readonly string[] },
  names: ClaimNames,
): Record<string, unknown> {
  const claims: Record<string, unknown> = {}
  setClaim(claims, names.owner, who.ownerId)
  if (who.email !== null) setClaim(claims, names.email, who.email)
  if (who.roles.length > 0) setClaim(claims, names.roles, who.roles)
  return claims
}

/** A claim whose whole name is `path` wins: names such as `https://example.com/roles` hold dots themselves. */
function claimAt(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path]
  let value: unknown = claims
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = Reflect.get(value, name)
  }
  return value
}

/** Who is billed, as a token or the host app names him; null when that names nobody. */
export function ownerOf(claim: unknown): string | null {
  if (typeof claim === 'number' && Number.isSafeInteger(claim)) return String(claim)
  if (typeof claim !== 'string' || claim.trim() === '' || claim.length > 255) return null
  return hasControlCharacter(claim) ? null : claim
}

/** A list of strings, or one string of words as in OAuth's `scope`. Anything else grants nothing. */
function rolesOf(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(/[\s,]+/).filter((role) => role !== '')
  if (!Array.isArray(claim)) return []
  return claim.filter((role): role is string => typeof role === 'string')
}

/** A name that is a URL stays whole; other dots are nesting. */
function setClaim(claims: Record<string, unknown>, path: string, value: unknown): void {
  const names = path.includes('://') ? [path] : path.split('.')
  const last = names.pop() ?? path
  let parent = claims
  for (const name of names) {
    const child = parent[name]
    const next: Record<string, unknown> = typeof child === 'object' ? { ...child } : {}
    parent[name] = next
    parent = next
  }
  parent[last] = value
}
