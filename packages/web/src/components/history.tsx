import { useState } from 'react'
import { getTransactions, type Transaction } from '../api/history.ts'
import { formatShortDay } from '../dates.ts'
import { formatMoney } from '../money.ts'
import { shownStatus } from '../transaction-status.ts'
import { useAction } from '../use-action.ts'
import { useLoaded } from '../use-loaded.ts'
import { BusyButton } from './busy-button.tsx'
import { Loading } from './loading.tsx'
import { Problem } from './problem.tsx'
import { StatusBadge } from './status-badge.tsx'

/** Everything that was paid, refunded and invoiced, newest first, a page at a time. */
export function History() {
  const { loaded, reload } = useLoaded((signal) => getTransactions(null, signal))
  if (loaded.state === 'loading') return <Loading label="Loading your payments" shape="lines" />
  if (loaded.state === 'failed') return <Problem error={loaded.error} onRetry={reload} />
  if (loaded.value.data.length === 0) return <p className="muted">Nothing has been paid yet.</p>
  return <Pages first={loaded.value.data} firstHasMore={loaded.value.has_more} />
}

function Pages({ first, firstHasMore }: { first: Transaction[]; firstHasMore: boolean }) {
  const [rows, setRows] = useState(first)
  const [hasMore, setHasMore] = useState(firstHasMore)
  const more = useAction(async () => {
    const page = await getTransactions(rows.at(-1)?.id ?? null)
    setRows([...rows, ...page.data])
    setHasMore(page.has_more)
    return undefined
  })
  return (
    <>
      <table className="history">
        <caption className="only-read">Payments, refunds and invoices, newest first</caption>
        <thead>
          <tr>
            <th scope="col">Date</th>
            <th scope="col">What</th>
            <th scope="col">Status</th>
            <th scope="col" className="number">
              Amount
            </th>
            <th scope="col">Documents</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.id} row={row} />
          ))}
        </tbody>
      </table>
      <p className="only-read" role="status">
        {rows.length === first.length ? '' : `${rows.length} entries shown`}
      </p>
      {more.error === null ? null : <Problem error={more.error} />}
      {hasMore ? (
        <BusyButton isBusy={more.isRunning} busyLabel="Loading…" onClick={() => more.run()}>
          Show older ones
        </BusyButton>
      ) : null}
    </>
  )
}

function Row({ row }: { row: Transaction }) {
  const day = formatShortDay(row.created_at)
  const amount = formatMoney(row.type === 'refund' ? -row.amount : row.amount, row.currency)
  const documents = [
    { name: 'Receipt', href: row.receipt_url },
    { name: 'Invoice', href: row.hosted_invoice_url },
    { name: 'PDF', href: row.invoice_pdf },
  ]
  return (
    <tr>
      <td className="day">{day}</td>
      <td className="what">{row.description ?? KIND[row.type] ?? row.type}</td>
      <td className="status">
        <StatusBadge status={shownStatus(row)} />
      </td>
      <td className="number">{amount}</td>
      <td className="documents">
        {documents.map(({ name, href }) =>
          href === null ? null : (
            <a key={name} href={href} aria-label={`${name} of ${day}, ${amount}`}>
              {name}
            </a>
          ),
        )}
      </td>
    </tr>
  )
}

const KIND: Record<string, string> = { payment: 'Payment', refund: 'Refund', invoice: 'Invoice' }
