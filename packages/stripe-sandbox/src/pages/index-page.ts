import { connectSection } from './connect-section.ts'
import { layout } from './layout.ts'
import { type Html, html } from './markup.ts'
import { testCardList } from './test-card-list.ts'

/** The front page where there is no inspector: what this is and how to talk to it. Names no key and no object. @param origin of the API. */
export function indexPage(origin: string): Html {
  return layout({
    title: 'A local Stripe',
    shape: 'document',
    body: html`<article class="sheet">
<header class="sheet-head"><div><p class="eyebrow">stripe-sandbox</p><h1>A local Stripe</h1></div></header>
<p>This server answers Stripe's API, shows its hosted pages and sends its signed webhooks, on this machine and without an account.
Nothing leaves it, and no card is ever charged.</p>
<h2>Talk to it</h2>
${connectSection(origin)}
<h2>Pages</h2>
<dl class="facts"><div><dt>Checkout</dt><dd>The <code>url</code> of a Checkout session</dd></div>
<div><dt>Billing portal</dt><dd>The <code>url</code> of a portal session</dd></div>
<div><dt>Invoices</dt><dd>The <code>hosted_invoice_url</code> and <code>invoice_pdf</code> of an invoice</dd></div>
<div><dt>Receipts</dt><dd>The <code>receipt_url</code> of a charge</dd></div></dl>
${testCardList()}
</article>`,
  })
}
