import type Stripe from 'stripe'

/** Stripe embeds so many lines in an invoice; all of them are a list of their own. */
const EMBEDDED = 10
/** Where an answer may hold an invoice that was asked for with it. */
const NAMING = ['latest_invoice', 'invoice'] as const

type Answer = Readonly<Record<string, unknown>>

/** What is shown of an answer, or of the object of an event: of each invoice its first lines only. */
export function withFirstLines(answer: object): object {
  // The walk looks at names only; an invoice is known by its own.
  const shown = answer as Answer
  if (isInvoice(shown)) return cut(shown)
  if (shown.object === 'list' && Array.isArray(shown.data)) {
    return { ...shown, data: shown.data.map((each: object) => withFirstLines(each)) }
  }
  const long = NAMING.flatMap((name) => {
    const named = shown[name]
    return typeof named === 'object' && named !== null ? [[name, withFirstLines(named)] as const] : []
  })
  return long.length === 0 ? answer : { ...shown, ...Object.fromEntries(long) }
}

function isInvoice(answer: object): answer is Stripe.Invoice {
  return 'object' in answer && answer.object === 'invoice' && 'lines' in answer
}

function cut(invoice: Stripe.Invoice): Stripe.Invoice {
  const { lines } = invoice
  if (lines.data.length <= EMBEDDED) return invoice
  return { ...invoice, lines: { ...lines, data: lines.data.slice(0, EMBEDDED), has_more: true } }
}
