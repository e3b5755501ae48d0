import type { Permission } from '../domain/principal.ts'

export interface RoleRules {
  /** Empty: everybody who is authenticated may read what is his own. */
  readRoles: readonly string[]
  /** Empty: everybody who is authenticated may spend for himself. */
  spendRoles: readonly string[]
  /** Empty: nobody operates. */
  operatorRoles: readonly string[]
}

/** What these roles may do. Who operates may do nothing more for himself than others: permissions do not imply one another. */
export function permissionsOf(roles: readonly string[], rules: RoleRules): ReadonlySet<Permission> {
  const has = (wanted: readonly string[]) => wanted.some((role) => roles.includes(role))
  const permissions = new Set<Permission>()
  if (rules.readRoles.length === 0 || has(rules.readRoles)) permissions.add('read')
  if (rules.spendRoles.length === 0 || has(rules.spendRoles)) permissions.add('spend')
  if (has(rules.operatorRoles)) permissions.add('operate')
  return permissions
}
