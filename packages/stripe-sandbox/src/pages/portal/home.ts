import type { PortalView } from '../../billing/portal.ts'
import { type Html, html } from '../markup.ts'
import { cardsSection } from './cards-section.ts'
import { detailsSection } from './details-section.ts'
import { invoicesSection } from './invoices-section.ts'
import { portalShell } from './shell.ts'
import { subscriptionsSection } from './subscriptions-section.ts'

export interface PortalHomeState {
  /** What just worked. */
  done: string | null
  /** What just did not. */
  problem: string | null
  /** Invoice id → address of the receipt of its payment. */
  receipts: ReadonlyMap<string, string>
}

/** The portal's one overview: plans, cards, details, invoices. */
export function portalHomePage(view: PortalView, state: PortalHomeState): Html {
  const isInvoiceHistoryShown = view.configuration.features.invoice_history.enabled
  return portalShell(view, {
    title: state.problem ? 'Error: your billing' : 'Your billing',
    content: html`${state.done ? html`<p class="done" role="status">${state.done}</p>` : null}
${state.problem ? html`<p class="problem" role="alert">${state.problem}</p>` : null}
${subscriptionsSection(view)}
${cardsSection(view)}
${detailsSection(view)}
${isInvoiceHistoryShown ? invoicesSection(view.invoices, state.receipts) : null}`,
  })
}
