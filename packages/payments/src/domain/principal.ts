/** Who is asking, as the token (or the host app's function) says. */
export interface Principal {
  /** The owner billed: the app's own id. */
  ownerId: string
  email: string | null
  permissions: ReadonlySet<Permission>
}

/** read: see own subscription and history. spend: start checkouts, cancel, open the portal. operate: the operator's endpoints. */
export type Permission = 'read' | 'spend' | 'operate'
