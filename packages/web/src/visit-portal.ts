import { openPortal } from './api/endpoints.ts'

const VISITED = 'billing_portal_visited'

/** Opens the billing portal, and remembers it for the page that one comes back to. */
export async function visitPortal(): Promise<{ goTo: string }> {
  const goTo = await openPortal()
  sessionStorage.setItem(VISITED, 'yes')
  return { goTo }
}

/** Whether this tab has been in the billing portal. */
export function wasInPortal(): boolean {
  return sessionStorage.getItem(VISITED) !== null
}
