import type Stripe from 'stripe'
import { formatAmount } from '../../billing/currency.ts'
import type { InvoiceAdjustment } from '../../billing/invoice-adjustments.ts'
import { formatDate } from '../dates.ts'
import { invoiceStatus } from '../invoice-status.ts'
import { textWidth, wrapText } from '../pdf/helvetica.ts'
import { a4, pdfFile, pdfText } from '../pdf/pdf-file.ts'
import { invoiceSums, periodText } from './parts.ts'

const left = 56
const right = a4.width - 56
const quantityRight = right - 110

/** An invoice as a PDF file: head, facts, lines over as many pages as they need, sums. */
export function invoiceDocument(
  invoice: Stripe.Invoice,
  adjustments: readonly InvoiceAdjustment[],
): Uint8Array<ArrayBuffer> {
  const sheet = new Sheet()
  sheet.text('Invoice', { size: 20, isBold: true })
  sheet.right(`SANDBOX – ${invoiceStatus(invoice).label}`, {})
  sheet.down(34)
  for (const [label, value] of facts(invoice)) {
    sheet.text(label, { isSoft: true })
    sheet.text(value, { x: left + 110 })
    sheet.down(16)
  }
  sheet.down(20)
  sheet.text(`${formatAmount(invoice.total, invoice.currency)} total`, { size: 15, isBold: true })
  sheet.down(34)
  tableHead(sheet)
  for (const line of invoice.lines.data) tableLine(sheet, line)
  for (const { label, amount, isLast } of invoiceSums(invoice, adjustments)) {
    sheet.makeRoom(18)
    sheet.text(label, { x: quantityRight - 100, isBold: isLast })
    sheet.right(amount, { isBold: isLast })
    sheet.down(18)
  }
  return pdfFile(`Invoice ${invoice.number ?? invoice.id}`, sheet.finish())
}

function facts(invoice: Stripe.Invoice): [string, string][] {
  const paidAt = invoice.status_transitions.paid_at
  return [
    ['Invoice number', invoice.number ?? invoice.id],
    ['Date of issue', formatDate(invoice.effective_at ?? invoice.created)],
    ...(paidAt === null ? [] : [['Date paid', formatDate(paidAt)] satisfies [string, string]]),
    ['From', invoice.account_name ?? 'Sandbox'],
    ['Billed to', [invoice.customer_name, invoice.customer_email].filter((part) => part).join(', ')],
  ]
}

function tableHead(sheet: Sheet): void {
  sheet.text('Description', { isSoft: true })
  sheet.right('Qty', { x: quantityRight, isSoft: true })
  sheet.right('Amount', { isSoft: true })
  sheet.rule(6)
  sheet.down(22)
}

function tableLine(sheet: Sheet, line: Stripe.InvoiceLineItem): void {
  const description = wrapText(line.description ?? 'Item', 10, quantityRight - left - 50)
  const period = periodText(line)
  sheet.makeRoom(description.length * 14 + 30)
  sheet.right(String(line.quantity ?? 1), { x: quantityRight })
  sheet.right(formatAmount(line.amount, line.currency), {})
  for (const text of description) {
    sheet.text(text, {})
    sheet.down(14)
  }
  if (period) {
    sheet.text(period, { isSoft: true })
    sheet.down(14)
  }
  sheet.rule(-6)
  sheet.down(12)
}

interface TextStyle {
  x?: number
  size?: number
  isBold?: boolean
  isSoft?: boolean
}

/** Writes from the top of a page downwards; `makeRoom` begins the next page. */
class Sheet {
  readonly #pages: string[] = []
  #content = ''
  #y = a4.height - 72

  text(text: string, { x = left, size = 10, isBold = false, isSoft = false }: TextStyle): void {
    const grey = isSoft ? '0.4 g' : '0.1 g'
    this.#content += `${grey} BT /${isBold ? 'F2' : 'F1'} ${size} Tf ${x.toFixed(2)} ${this.#y} Td ${pdfText(text)} Tj ET\n`
  }

  /** Text that ends at `x`. Digits are equally wide in both fonts, so that one table of widths serves amounts in bold too. */
  right(text: string, { x = right, ...style }: TextStyle): void {
    this.text(text, { ...style, x: x - textWidth(text, style.size ?? 10) })
  }

  rule(below: number): void {
    this.#content += `0.85 G ${left} ${this.#y - below} m ${right} ${this.#y - below} l S\n`
  }

  down(points: number): void {
    this.#y -= points
  }

  makeRoom(points: number): void {
    if (this.#y - points > 60) return
    this.#pages.push(this.#content)
    this.#content = ''
    this.#y = a4.height - 72
  }

  finish(): string[] {
    return [...this.#pages, this.#content]
  }
}
