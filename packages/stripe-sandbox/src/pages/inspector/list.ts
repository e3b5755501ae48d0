import { type Html, type HtmlValue, html } from '../markup.ts'
import { withQuery } from './inspector-paths.ts'

/** How many rows a page of a list has. */
const pageSize = 50

export interface Row {
  /** Of the thing that the row leads to; also the cursor of its page. */
  id: string
  href: string
  main: HtmlValue
  /** Two things more: columns where there is room, else one line below. */
  sub: [HtmlValue, HtmlValue]
  state: HtmlValue
  time: HtmlValue
}

export interface List {
  rows: Row[]
  /** Address of the rows before these; null when there are none. */
  older: string | null
}

/** One page of what fits, newest first, after the row that the address names as `before`. */
export function listOf<T extends { id: string }>(
  items: Iterable<T>,
  options: {
    path: string
    query: Readonly<Record<string, string | null>>
    before: string | null
    fits: (item: T) => boolean
    row: (item: T) => Row
  },
): List {
  const rows: Row[] = []
  let hasStarted = options.before === null
  for (const item of items) {
    if (hasStarted && options.fits(item)) {
      const last = rows.at(-1)
      if (rows.length === pageSize && last) {
        return { rows, older: withQuery(options.path, { ...options.query, before: last.id }) }
      }
      rows.push(options.row(item))
    }
    if (item.id === options.before) hasStarted = true
  }
  return { rows, older: null }
}

/** The rows as links; the open one is marked. @param empty what is said where there is none. */
export function listView(
  list: List,
  options: { label: string; current: string | null; empty: HtmlValue },
): Html {
  return html`<section class="list" id="list" aria-label="${options.label}" data-live>${
    list.rows.length === 0
      ? html`<p class="empty">${options.empty}</p>`
      : html`<ol>${list.rows.map((row) => rowView(row, row.id === options.current))}</ol>`
  }${list.older ? html`<p class="older"><a href="${list.older}">Older</a></p>` : null}</section>`
}

function rowView(row: Row, isCurrent: boolean): Html {
  return html`<li><a class="row" id="row-${row.id}" href="${row.href}"${isCurrent ? html` aria-current="true"` : null}>
<span class="row-main">${row.main}</span><span class="row-state">${row.state}</span>
<span class="row-sub">${row.sub.map((part) => html`<span>${part}</span>`)}</span><span class="row-time">${row.time}</span></a></li>`
}

/** A list and, beside it, what is open of it. On a phone only the one or the other. */
export function panes(list: Html, detail: Html | null, back: { href: string; label: string }): Html {
  if (detail === null) return html`<div class="panes">${list}</div>`
  return html`<div class="panes open">${list}
<div class="detail" id="detail" data-live><p class="back"><a href="${back.href}"><span aria-hidden="true">←</span> ${back.label}</a></p>${detail}</div></div>`
}
