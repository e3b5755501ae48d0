/** Addresses of the inspector. Ids are escaped: an id of a product is whatever a merchant chose. */
export const inspectorPaths = {
  overview: '/',
  stylesheet: '/assets/inspector.css',
  script: '/assets/inspector.js',
  objects: '/inspector/objects',
  object: (id: string) => `/inspector/objects/${encodeURIComponent(id)}`,
  events: '/inspector/events',
  event: (id: string) => `/inspector/events/${encodeURIComponent(id)}`,
  resend: (eventId: string) => `/inspector/events/${encodeURIComponent(eventId)}/resend`,
  deliveries: '/inspector/deliveries',
  requests: '/inspector/requests',
  request: (id: string) => `/inspector/requests/${encodeURIComponent(id)}`,
  control: (name: string) => `/inspector/controls/${name}`,
} as const

/** An address with a query, empty values left out. */
export function withQuery(path: string, query: Readonly<Record<string, string | null>>): string {
  const given = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value) given.set(name, value)
  return given.size === 0 ? path : `${path}?${given}`
}
