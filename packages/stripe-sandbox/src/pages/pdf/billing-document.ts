import { wrapText } from './helvetica.ts'
import { pdfFile } from './pdf-file.ts'
import { left, right, Sheet } from './sheet.ts'

/** A paper that says what is owed, paid or given back. All texts as they are to be read. */
export interface BillingDocument {
  /** Of the file. */
  title: string
  heading: string
  status: string
  facts: readonly (readonly [label: string, value: string])[]
  /** The one sum that matters. */
  amount: string
  lines: readonly DocumentLine[]
  sums: readonly DocumentSum[]
  /** Below the sums, each with a heading or without. */
  notes: readonly { heading: string | null; text: string }[]
}

export interface DocumentLine {
  description: string
  /** Smaller, below the description. */
  details: readonly string[]
  quantity: string
  amount: string
}

export interface DocumentSum {
  label: string
  amount: string
  isLast: boolean
}

const quantityRight = right - 110
const factsX = left + 110
const sumsX = quantityRight - 180

/** The document as a PDF file: head, facts, lines over as many pages as they need, sums, notes. */
export function pdfOf(document: BillingDocument): Uint8Array<ArrayBuffer> {
  const sheet = new Sheet()
  sheet.text(document.heading, { size: 20, isBold: true })
  sheet.right(`SANDBOX – ${document.status}`, {})
  sheet.down(34)
  for (const [label, value] of document.facts) fact(sheet, label, value)
  sheet.down(20)
  sheet.text(document.amount, { size: 15, isBold: true })
  sheet.down(34)
  tableHead(sheet)
  for (const line of document.lines) tableLine(sheet, line)
  for (const sum of document.sums) tableSum(sheet, sum)
  for (const { heading, text } of document.notes) note(sheet, heading, text)
  return pdfFile(document.title, sheet.finish())
}

function fact(sheet: Sheet, label: string, value: string): void {
  const lines = paragraphs(value, right - factsX)
  sheet.makeRoom(lines.length * 16)
  sheet.text(label, { isSoft: true })
  for (const line of lines) {
    sheet.text(line, { x: factsX })
    sheet.down(16)
  }
}

function tableHead(sheet: Sheet): void {
  sheet.text('Description', { isSoft: true })
  sheet.right('Qty', { x: quantityRight, isSoft: true })
  sheet.right('Amount', { isSoft: true })
  sheet.rule(6)
  sheet.down(22)
}

function tableLine(sheet: Sheet, line: DocumentLine): void {
  const description = paragraphs(line.description, quantityRight - left - 50)
  sheet.makeRoom((description.length + line.details.length) * 14 + 16)
  for (const [index, text] of description.entries()) {
    sheet.text(text, {})
    if (index === 0) {
      sheet.right(line.quantity, { x: quantityRight })
      sheet.right(line.amount, {})
    }
    sheet.down(14)
  }
  for (const text of line.details) {
    sheet.text(text, { isSoft: true })
    sheet.down(14)
  }
  sheet.rule(-6)
  sheet.down(12)
}

function tableSum(sheet: Sheet, { label, amount, isLast }: DocumentSum): void {
  const lines = wrapText(label, 10, right - sumsX - 90)
  sheet.makeRoom(lines.length * 14 + 4)
  for (const [index, line] of lines.entries()) {
    sheet.text(line, { x: sumsX, isBold: isLast })
    // Beside the label's first line, and after it for whoever reads the text alone.
    if (index === 0) sheet.right(amount, { isBold: isLast })
    sheet.down(14)
  }
  sheet.down(4)
}

function note(sheet: Sheet, heading: string | null, text: string): void {
  sheet.down(14)
  if (heading !== null) {
    sheet.makeRoom(32)
    sheet.text(heading, { isBold: true })
    sheet.down(16)
  }
  for (const line of paragraphs(text, right - left)) {
    sheet.makeRoom(14)
    sheet.text(line, {})
    sheet.down(14)
  }
}

function paragraphs(text: string, width: number): string[] {
  return text.split('\n').flatMap((paragraph) => wrapText(paragraph, 10, width))
}
