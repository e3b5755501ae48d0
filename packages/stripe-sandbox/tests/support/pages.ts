/** What a browser without scripts gets from a page. */
export interface PageAnswer {
  status: number
  /** Where it redirects to; null when it does not. */
  location: string | null
  headers: Headers
  /** The page's markup. */
  markup: string
  /** Its text: tags left out, entities read, white space made one space. */
  text: string
}

export const cards = {
  pays: '4242 4242 4242 4242',
  declines: '4000 0000 0000 0002',
  authenticates: '4000 0000 0000 3220',
} as const

/** The fields of a card form, as somebody types them. */
export function typedCard(number: string = cards.pays): Record<string, string> {
  return { number, expiry: '12 / 34', cvc: '123', name: 'Ada Lovelace' }
}

export async function openPage(url: string, headers: Record<string, string> = {}): Promise<PageAnswer> {
  return read(await fetch(url, { redirect: 'manual', headers }))
}

/** Posts a form as a browser does, and does not follow the redirect. */
export async function postForm(
  url: string,
  fields: Record<string, string> = {},
  headers: Record<string, string> = { Origin: new URL(url).origin },
): Promise<PageAnswer> {
  return read(
    await fetch(url, { method: 'POST', redirect: 'manual', headers, body: new URLSearchParams(fields) }),
  )
}

/** The text of the element with this id; undefined when the page has none. */
export function textOfId(page: PageAnswer, id: string): string | undefined {
  const element = new RegExp(`<(\\w+)[^>]* id="${id}"[^>]*>([\\s\\S]*?)</\\1>`).exec(page.markup)
  return element ? textOf(element[2] ?? '') : undefined
}

/** The hidden fields of a page: what its form posts without being filled in. */
export function hiddenFields({ markup }: PageAnswer): Record<string, string> {
  const inputs = markup.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g)
  return Object.fromEntries([...inputs].map(([, name, value]) => [name, value]))
}

async function read(response: Response): Promise<PageAnswer> {
  const markup = await response.text()
  return {
    status: response.status,
    location: response.headers.get('Location'),
    headers: response.headers,
    markup,
    text: textOf(markup),
  }
}

function textOf(markup: string): string {
  return markup
    .replaceAll(/<(?:title|script|style)[\s\S]*?<\/(?:title|script|style)>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ')
    .trim()
}
