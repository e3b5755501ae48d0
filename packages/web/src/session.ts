import { useSyncExternalStore } from 'react'

/** Where the contract's own clients keep the token. */
const TOKEN = 'access_token'
const EMAIL = 'demo_email'

const listeners = new Set<() => void>()

/** The token of the person who is logged in, or null. */
export function accessToken(): string | null {
  return localStorage.getItem(TOKEN)
}

export function startSession(session: { accessToken: string; email: string }): void {
  localStorage.setItem(TOKEN, session.accessToken)
  localStorage.setItem(EMAIL, session.email)
  for (const listener of listeners) listener()
}

export function endSession(): void {
  localStorage.removeItem(TOKEN)
  localStorage.removeItem(EMAIL)
  for (const listener of listeners) listener()
}

/** The email of the person who is logged in, or null. Follows a login or logout in another tab too. */
export function usePerson(): string | null {
  return useSyncExternalStore(subscribe, () =>
    accessToken() === null ? null : (localStorage.getItem(EMAIL) ?? 'you'),
  )
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  window.addEventListener('storage', listener)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('storage', listener)
  }
}
