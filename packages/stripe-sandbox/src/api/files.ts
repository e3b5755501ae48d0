import type Stripe from 'stripe'
import { filePurposes, formatOf, mimeTypes } from '../billing/file-purposes.ts'
import type { Context } from '../context.ts'
import { buildFile } from '../objects/file.ts'
import { defineRoute } from '../wire/define-route.ts'
import { notSupportedYet } from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'
import { inRange, page } from '../wire/pagination.ts'
import type { Route } from '../wire/route.ts'
import { createFileLink } from './create-file-link.ts'

/** `file` is the text that stands for the file (wire/uploads.ts). */
type Parameters = Omit<Stripe.FileCreateParams, 'file'> & { file: string }

const day = 86_400

export const fileRoutes: readonly Route[] = [
  defineRoute<Parameters>({
    method: 'POST',
    path: '/v1/files',
    supports: [
      'file',
      'purpose',
      'file_link_data.create',
      'file_link_data.expires_at',
      'file_link_data.metadata.*',
    ],
    handle: createFile,
  }),
  defineRoute<Stripe.FileListParams>({
    method: 'GET',
    path: '/v1/files',
    supports: ['created', 'created.*', 'purpose'],
    handle: (context, parameters) =>
      page(context, 'file', {
        url: '/v1/files',
        parameters,
        filter: (file) =>
          (parameters.purpose ?? file.purpose) === file.purpose && inRange(file.created, parameters.created),
      }),
  }),
  defineRoute<Stripe.FileRetrieveParams>({
    method: 'GET',
    path: '/v1/files/:id',
    supports: [],
    handle: (context, _, { id = '' }) => existing(context, 'file', id),
  }),
]

/** The messages about the hash and the type are Stripe's (stripe/stripe-php#392, stripe/stripe-dotnet#1278). */
function createFile(
  context: Context,
  { file: shown, purpose, file_link_data: link }: Parameters,
): Stripe.File {
  const upload = context.uploads?.get(shown)
  if (upload === undefined) throw new StripeApiError('Invalid hash', { param: 'file' })
  const terms = filePurposes.get(purpose)
  if (terms === undefined) throw notSupportedYet(`A file for '${purpose}'`, 'purpose')
  const format = formatOf(upload.bytes, upload.name)
  if (format === null || !terms.formats.includes(format)) {
    throw new StripeApiError(
      `We don't currently support that file type. Try uploading a file with one of the following mimetypes: ${terms.formats.map((each) => mimeTypes[each]).join(', ')}.`,
      { param: 'file' },
    )
  }
  const sizeBytes = upload.bytes.length
  if (sizeBytes > terms.mostBytes) {
    throw new StripeApiError(
      `The file you uploaded was too large: it has ${sizeBytes} bytes, and a file for '${purpose}' can have ${terms.mostBytes}.`,
      { param: 'file' },
    )
  }
  const created = context.clock.now()
  const file = buildFile({
    id: context.ids.newId('file_'),
    created,
    expiresAt: terms.daysKept === null ? null : created + terms.daysKept * day,
    filename: upload.name,
    purpose,
    sizeBytes,
    type: format,
    origin: context.origin,
  })
  context.store.put('file', file)
  context.store.put('file_content', { id: file.id, base64: upload.bytes.toString('base64') })
  if (link?.create) createFileLink(context, file, link, 'file_link_data[expires_at]')
  return file
}
