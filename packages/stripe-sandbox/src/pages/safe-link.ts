/**
 * An address given by an API caller (`cancel_url`, `return_url`, …), if a browser may be sent there: http and https only, so
 * that no `javascript:` or `data:` address becomes a link. Null otherwise.
 */
export function safeLink(address: string | null | undefined): string | null {
  if (!address || !URL.canParse(address)) return null
  const { protocol } = new URL(address)
  return protocol === 'http:' || protocol === 'https:' ? address : null
}

/** `localhost:3000`: what a link back says it leads to. */
export function hostOf(address: string): string {
  return new URL(address).host
}
