import { randomUUID } from 'node:crypto'

/**
 * Stands for the login that your app has already (Passport, better-auth, your own): it gives a session cookie, and says whose a
 * cookie is. This one believes everybody and forgets everything on a restart.
 */
const sessions = new Map<string, { userId: string; email: string }>()

/** Answers the Set-Cookie header of a new session. */
export function logIn(email: string): string {
  const sessionId = randomUUID()
  sessions.set(sessionId, { userId: `user:${email}`, email })
  // SameSite=Lax keeps other sites' forms from acting with this cookie.
  return `session=${sessionId}; Path=/; HttpOnly; SameSite=Lax`
}

/** Whose session the Cookie header names. `ownerId` is your own id of who is billed: a user here, an organisation elsewhere. */
export function whoIs(cookieHeader: string | null): { ownerId: string; email: string } | null {
  const sessionId = /(?:^|;\s*)session=([^;]+)/.exec(cookieHeader ?? '')?.[1]
  const session = sessionId === undefined ? undefined : sessions.get(sessionId)
  return session === undefined ? null : { ownerId: session.userId, email: session.email }
}
