import { raw } from 'hono/html'
import { layout } from '../layout.ts'
import { type Html, type HtmlValue, html } from '../markup.ts'
import { deliveryState } from './delivery-state.ts'
import type { Inspection } from './inspection.ts'
import { inspectorPaths } from './inspector-paths.ts'
import { minuteTime } from './times.ts'
import { textWithoutSecrets } from './without-secrets.ts'

export interface InspectorPage {
  title: string
  section: 'overview' | 'objects' | 'events' | 'deliveries' | 'requests'
  body: HtmlValue
}

/**
 * The frame of every page of the inspector. What stands in an element with `data-live` is brought up to date by the script
 * while the page is open; without it, a reload does the same.
 */
export function inspectorPage(inspection: Inspection, page: InspectorPage): Html {
  const whole = layout({
    title: `${page.title} · Inspector`,
    shape: 'inspector',
    navigation: navigation(inspection, page.section),
    body: page.body,
  })
  // Markup already: nothing but secrets is exchanged in it.
  return raw(textWithoutSecrets(whole.toString()))
}

function navigation(inspection: Inspection, current: InspectorPage['section']): Html {
  const { clock } = inspection.context
  const failing = countFailing(inspection)
  const sections = [
    { name: 'overview', label: 'Overview', href: inspectorPaths.overview },
    { name: 'objects', label: 'Objects', href: inspectorPaths.objects },
    { name: 'events', label: 'Events', href: inspectorPaths.events },
    { name: 'deliveries', label: 'Deliveries', href: inspectorPaths.deliveries },
    { name: 'requests', label: 'Requests', href: inspectorPaths.requests },
  ] as const
  return html`<div class="side" id="side">
<nav aria-label="Inspector"><ul id="sections" data-live>${sections.map(
    ({ name, label, href }) =>
      html`<li><a href="${href}"${name === current ? html` aria-current="page"` : null}>${label}${
        name === 'deliveries' && failing > 0
          ? html` <span class="badge bad">${failing}<span class="unseen"> failing</span></span>`
          : null
      }</a></li>`,
  )}</ul></nav>
<div class="now"><button type="button" class="live" data-live-switch hidden>Live</button>
<p id="sandbox-time" data-live><span>Time of the sandbox</span> ${minuteTime(clock.nowMs())} UTC</p></div>
</div>`
}

function countFailing({ context: { store } }: Inspection): number {
  let failing = 0
  for (const delivery of store.all('delivery')) {
    const state = deliveryState(delivery)
    if (state === 'retrying' || state === 'given up') failing += 1
  }
  return failing
}
