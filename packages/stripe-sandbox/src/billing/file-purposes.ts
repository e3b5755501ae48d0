import type Stripe from 'stripe'

export type FileFormat = 'pdf' | 'png' | 'jpg' | 'gif' | 'svg' | 'csv' | 'xlsx' | 'docx'

export interface FilePurpose {
  formats: readonly FileFormat[]
  mostBytes: number
  /** Null: it is kept for ever. */
  daysKept: number | null
}

const kilobyte = 1024
const megabyte = 1024 * kilobyte
const scans = ['pdf', 'jpg', 'png'] as const

/** https://docs.stripe.com/file-upload, as far as it is about what the sandbox has; "9 months" are 270 days in its examples. */
export const filePurposes: ReadonlyMap<Stripe.File.Purpose, FilePurpose> = new Map([
  ['business_icon', { formats: ['jpg', 'png', 'gif'], mostBytes: 512 * kilobyte, daysKept: null }],
  ['business_logo', { formats: ['jpg', 'png', 'gif'], mostBytes: 512 * kilobyte, daysKept: null }],
  ['customer_signature', { formats: ['jpg', 'png', 'svg'], mostBytes: 4 * megabyte, daysKept: 7 }],
  ['dispute_evidence', { formats: scans, mostBytes: 5 * megabyte, daysKept: 270 }],
  ['pci_document', { formats: ['pdf'], mostBytes: 16 * megabyte, daysKept: null }],
  [
    'tax_document_user_upload',
    { formats: ['pdf', 'csv', 'jpg', 'png', 'xlsx', 'docx'], mostBytes: 16 * megabyte, daysKept: null },
  ],
])

export const mimeTypes: Readonly<Record<FileFormat, string>> = {
  pdf: 'application/pdf',
  png: 'image/png',
  jpg: 'image/jpeg',
  gif: 'image/gif',
  svg: 'image/svg+xml',
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
}

/** What a file is, by its content; where that does not tell, by the ending of its name too. Null: none of these. */
export function formatOf(bytes: Buffer, name: string): FileFormat | null {
  const start = bytes.subarray(0, 512).toString('latin1')
  const ending = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase()
  if (start.startsWith('%PDF-')) return 'pdf'
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return 'png'
  if (start.startsWith('\xff\xd8\xff')) return 'jpg'
  if (/^GIF8[79]a/.test(start)) return 'gif'
  if (start.startsWith('PK\x03\x04')) return ending === 'xlsx' || ending === 'docx' ? ending : null
  if (/^\s*(?:<\?xml[^>]*>\s*)?<svg[\s>]/.test(start)) return 'svg'
  return ending === 'csv' && bytes.length > 0 && !bytes.includes(0) ? 'csv' : null
}
