import { type Html, html } from './markup.ts'

export type BadgeKind = 'good' | 'bad' | 'warn' | 'plain'

export function badge(label: string, kind: BadgeKind): Html {
  return html`<span class="badge ${kind}">${label}</span>`
}
