import type Stripe from 'stripe'
import type { Context } from '../../context.ts'
import { dueKind } from '../../time/due-kind.ts'
import { isCounting, subscriptionOf } from '../counting-invoice.ts'
import { makePastDue } from '../make-past-due.ts'

const day = 86_400

/** What an open invoice that was sent announces by the clock: that its day is near, and that it has passed. */
export const invoiceDueDate = dueKind<'invoice'>({
  name: 'invoice due date',
  table: 'invoice',
  alongside: ['invoice_notices'],
  at: (invoice, world) => nextNotice(invoice, world)?.at ?? null,
  run: (context, invoice) => {
    const next = nextNotice(invoice, context)
    if (next === undefined) return
    note(context, invoice, next.notice)
    if (next.notice === 'willBeDue') context.emit('invoice.will_be_due', invoice)
    else becomeOverdue(context, invoice)
  },
})

type Notice = 'willBeDue' | 'overdue'

function nextNotice(
  invoice: Stripe.Invoice,
  { store, settings }: Pick<Context, 'store' | 'settings'>,
): { notice: Notice; at: number } | undefined {
  const dueAt = invoice.due_date
  if (invoice.status !== 'open' || dueAt === null) return undefined
  const told = store.get('invoice_notices', invoice.id)
  if (told?.overdue === dueAt) return undefined
  const finalizedAt = invoice.status_transitions.finalized_at ?? invoice.created
  const nearAt = settings.willBeDueDays === null ? null : dueAt - settings.willBeDueDays * day
  // An invoice whose day is nearer than the notice when it is made has none.
  return nearAt !== null && nearAt > finalizedAt && told?.willBeDue !== dueAt
    ? { notice: 'willBeDue', at: nearAt }
    : { notice: 'overdue', at: dueAt }
}

function note(context: Context, invoice: Stripe.Invoice, notice: Notice): void {
  const told = context.store.get('invoice_notices', invoice.id) ?? {
    id: invoice.id,
    willBeDue: null,
    overdue: null,
  }
  context.store.put('invoice_notices', { ...told, [notice]: invoice.due_date })
}

/** Its day has passed: `invoice.overdue`, and a subscription that was active because of it is past due. */
function becomeOverdue(context: Context, invoice: Stripe.Invoice): void {
  context.emit('invoice.overdue', invoice)
  const subscription = subscriptionOf(context, invoice)
  if (subscription?.status !== 'active' || !isCounting(context.store, subscription, invoice)) return
  makePastDue(context, subscription)
}
