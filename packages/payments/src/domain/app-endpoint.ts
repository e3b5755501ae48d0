import type { WantedEvents } from './app-event-types.ts'

/** An endpoint of the app that is told what happens. */
export interface AppEndpoint {
  /** Where events are posted. */
  url: string
  /** `whsec_…`, each 24 to 64 bytes in base64. Several while one is rotated: every delivery is signed with each. */
  secrets: readonly string[]
  /** Types of events and groups such as `subscription.*`. Everything when left out. */
  types?: readonly WantedEvents[] | undefined
}

export const SECRET_PREFIX = 'whsec_'

/** A key that is too short, or no base64 at all, would sign worse than nothing (Standard Webhooks: 24 to 64 bytes). */
export function isSigningSecret(text: string): boolean {
  if (!/^whsec_[A-Za-z0-9+/]+={0,2}$/.test(text)) return false
  const { length } = Buffer.from(text.slice(SECRET_PREFIX.length), 'base64')
  return length >= 24 && length <= 64
}
