import { ApiError } from './api/request.ts'
import { navigate } from './router.tsx'
import { accessToken, endSession } from './session.ts'

/** When the API no longer takes the token: forgets it, goes to the login, and from there back to this page. */
export function leaveIfLoggedOut(error: unknown): boolean {
  if (!(error instanceof ApiError) || error.status !== 401) return false
  const query = new URLSearchParams({ next: window.location.pathname + window.location.search })
  if (accessToken() !== null) query.set('ended', '1')
  endSession()
  navigate(`/login?${query}`, { replace: true })
  return true
}
