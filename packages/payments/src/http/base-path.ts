/** The request without the path below which the host app mounted us, so that the routes are the same everywhere. */
export function withoutBasePath(request: Request, basePath: string | undefined): Request {
  const base = basePath?.replace(/\/+$/, '')
  if (!base) return request
  const url = new URL(request.url)
  if (url.pathname !== base && !url.pathname.startsWith(`${base}/`)) return request
  url.pathname = url.pathname.slice(base.length) || '/'
  return new Request(url, request)
}
