import { type Html, type HtmlValue, html } from '../markup.ts'
import { safeLink } from '../safe-link.ts'
import { timeOf } from './times.ts'
import { withoutSecrets } from './without-secrets.ts'

export interface JsonViewOptions {
  /** Where an id leads; null for what is no id of anything here. */
  linkOf: (id: string) => string | null
  /** Dotted paths whose lines are marked: what an update changed. */
  changed?: ReadonlySet<string>
}

/**
 * JSON with two spaces, as Stripe shows it: ids and addresses are links, unix times say their date beside them, secrets are
 * covered. The notes are no text of the page, so that what is copied is JSON.
 */
export function jsonView(value: unknown, options: JsonViewOptions): Html {
  return html`<pre class="json" tabindex="0"><code>${valueView(withoutSecrets(value), '', '', options)}</code></pre>`
}

function valueView(value: unknown, indent: string, path: string, options: JsonViewOptions): Html {
  if (Array.isArray(value)) {
    if (value.length === 0) return html`[]`
    const lines = value.map(
      (element, n) =>
        html`${indent}  ${valueView(element, `${indent}  `, path, options)}${n < value.length - 1 ? ',' : ''}\n`,
    )
    return html`[\n${lines}${indent}]`
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
    if (entries.length === 0) return html`{}`
    const lines = entries.map(([key, entry], n) => {
      const at = path === '' ? key : `${path}.${key}`
      const name = html`<span class="key">${JSON.stringify(key)}</span>`
      const shown = html`: ${valueView(entry, `${indent}  `, at, options)}${n < entries.length - 1 ? ',' : ''}`
      const isChanged = options.changed?.has(at) ?? false
      // Of what spreads over lines only the name is marked.
      const isLine = typeof entry !== 'object' || entry === null
      if (isChanged && isLine) return html`${indent}  <mark>${name}${shown}</mark>${noteOf(key, entry)}\n`
      return html`${indent}  ${isChanged ? html`<mark>${name}</mark>` : name}${shown}${noteOf(key, entry)}\n`
    })
    return html`{\n${lines}${indent}}`
  }
  return scalarView(value, options)
}

function scalarView(value: unknown, { linkOf }: JsonViewOptions): Html {
  if (typeof value !== 'string')
    return html`<span class="${value === null ? 'null' : typeof value}">${String(value)}</span>`
  const link = linkOf(value) ?? safeLink(value)
  const text: HtmlValue = JSON.stringify(value)
  return link ? html`<a class="string" href="${link}">${text}</a>` : html`<span class="string">${text}</span>`
}

function noteOf(key: string, value: unknown): Html | null {
  const time = timeOf(key, value)
  return time === null ? null : html`<span class="note" data-note="${time}"></span>`
}
