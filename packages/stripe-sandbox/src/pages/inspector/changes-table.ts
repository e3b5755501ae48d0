import { type Html, html } from '../markup.ts'
import type { Changed } from './changes.ts'
import { timeOf } from './times.ts'
import { withoutSecrets } from './without-secrets.ts'

/** Before and after, side by side. */
export function changesTable(changes: readonly Changed[]): Html | null {
  if (changes.length === 0) return null
  return html`<section aria-labelledby="changes-title"><h3 id="changes-title">What changed</h3>
<table class="changes"><thead><tr><th scope="col">Field</th><th scope="col">Before</th><th scope="col">After</th></tr></thead>
<tbody>${changes.map(
    ({ path, before, after }) => html`<tr><th scope="row"><code>${path}</code></th>
<td><del>${valueText(path, before)}</del></td><td><ins>${valueText(path, after)}</ins></td></tr>`,
  )}</tbody></table></section>`
}

/** Arrays are given whole: their length is said, and the payload shows them. */
function valueText(path: string, value: unknown): Html {
  const shown = withoutSecrets(value, path.split('.').at(-1))
  if (Array.isArray(shown) && shown.length > 0) {
    return html`<details><summary>${shown.length} in a list</summary><pre><code>${JSON.stringify(shown, null, 2)}</code></pre></details>`
  }
  return html`<code>${JSON.stringify(shown ?? null)}</code>${timeNote(path, value)}`
}

function timeNote(path: string, value: unknown): Html | null {
  const time = timeOf(path.split('.').at(-1) ?? '', value)
  return time === null ? null : html` <span class="muted">${time}</span>`
}
