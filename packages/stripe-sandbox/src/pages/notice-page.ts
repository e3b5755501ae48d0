import { layout } from './layout.ts'
import { type Html, type HtmlValue, html } from './markup.ts'

export interface Notice {
  kind: 'good' | 'bad' | 'plain'
  title: string
  text: HtmlValue
  /** Ids worth quoting, shown small. */
  detail?: string
  link?: { href: string; label: string } | null
}

/** A page that says one thing: paid already, expired, not found, refused. */
export function noticePage(notice: Notice): Html {
  return layout({
    title: notice.title,
    shape: 'single',
    body: html`<section class="card notice ${notice.kind}">
<span class="mark" aria-hidden="true">${marks[notice.kind]}</span>
<h1>${notice.title}</h1>
<p>${notice.text}</p>
${notice.detail ? html`<p class="detail"><code>${notice.detail}</code></p>` : null}
${notice.link ? html`<p><a class="button quiet" href="${notice.link.href}">${notice.link.label}</a></p>` : null}
</section>`,
  })
}

const marks = { good: '✓', bad: '!', plain: 'i' } as const
