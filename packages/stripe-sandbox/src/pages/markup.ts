import { html as escapingHtml } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'

/** Markup that is safe to send: every value in it was escaped, or was markup already. */
export type Html = HtmlEscapedString

/** What a template may hold. Objects are left out so that none ends up as `[object Object]`. */
export type HtmlValue = Html | string | number | false | null | undefined | readonly HtmlValue[]

/** Tagged template that escapes its values. Nothing in the pages is asynchronous, so that neither is this. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  const markup = escapingHtml(strings, ...values)
  if (markup instanceof Promise) throw new Error('A template of the sandbox holds a promise.')
  return markup
}
