import { type AnchorHTMLAttributes, type MouseEvent, useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()

/** Goes to another page of the shop without loading the document again. */
export function navigate(to: string, options: { replace?: boolean } = {}): void {
  if (options.replace === true) history.replaceState(null, '', to)
  else history.pushState(null, '', to)
  window.scrollTo(0, 0)
  for (const listener of listeners) listener()
}

/** The address now: path and query. A component that uses it is drawn again when it changes. */
export function useAddress(): URL {
  return new URL(useSyncExternalStore(subscribe, () => window.location.href))
}

/** A link inside the shop: an ordinary link for everything but a plain click. */
export function Link({ href, ...attributes }: { href: string } & AnchorHTMLAttributes<HTMLAnchorElement>) {
  return <a {...attributes} href={href} onClick={(event) => follow(event, href)} />
}

/** `wanted` when it is a path of this shop, else the front page: a link to the login never leads to another site. */
export function pathInShop(wanted: string | null): string {
  if (wanted === null) return '/'
  const url = URL.parse(wanted, window.location.origin)
  return url !== null && url.origin === window.location.origin ? url.pathname + url.search : '/'
}

function follow(event: MouseEvent, href: string): void {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
  event.preventDefault()
  navigate(href)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  window.addEventListener('popstate', listener)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('popstate', listener)
  }
}
