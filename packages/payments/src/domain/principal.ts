/** Who is asking, as the token (or the host app's function) says. */
export interface Principal {
  /** The owner billed: the app's own id. */
  ownerId: string
  email: string | null
  permissions: ReadonlySet<Permission>
}

/** PostgreSQL stores no zero byte, and no honest id has a control character. */
export function hasControlCharacter(id: string): boolean {
  return /\p{Cc}/u.test(id)
}

/** read: see own subscription and history. spend: start checkouts, cancel, open the portal. operate: the operator's endpoints. */
export type Permission = 'read' | 'spend' | 'operate'
