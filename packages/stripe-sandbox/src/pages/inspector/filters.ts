import { type Html, html } from '../markup.ts'

export interface SelectFilter {
  kind: 'select'
  name: string
  label: string
  value: string | null
  /** What no choice means. */
  all: string
  choices: readonly { value: string; label: string }[]
}

export interface TextFilter {
  kind: 'text'
  name: string
  label: string
  value: string | null
  placeholder: string
}

/** The bar above a list: a form that asks for the list anew. The script sends it as soon as something is chosen. */
export function filterBar(
  path: string,
  title: string,
  filters: readonly (SelectFilter | TextFilter)[],
): Html {
  return html`<header class="bar"><h1>${title}</h1>
<form class="filters" method="get" action="${path}" role="search" data-filters>${filters.map((filter) =>
    filter.kind === 'select' ? selectView(filter) : textView(filter),
  )}
<button class="button quiet small" data-send>Filter</button></form></header>`
}

function selectView({ name, label, value, all, choices }: SelectFilter): Html {
  return html`<label class="filter"><span class="unseen">${label}</span><select name="${name}">
<option value="">${all}</option>${choices.map(
    (choice) =>
      html`<option value="${choice.value}"${choice.value === value ? html` selected` : null}>${choice.label}</option>`,
  )}</select></label>`
}

function textView({ name, label, value, placeholder }: TextFilter): Html {
  return html`<label class="filter grow"><span class="unseen">${label}</span><input type="search" name="${name}" value="${value ?? ''}"
 placeholder="${placeholder}" spellcheck="false" autocomplete="off" data-search></label>`
}
