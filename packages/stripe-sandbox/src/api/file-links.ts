import type Stripe from 'stripe'
import { linkAsOf } from '../billing/file-links.ts'
import type { Context } from '../context.ts'
import { defineRoute } from '../wire/define-route.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { inRange, page } from '../wire/pagination.ts'
import type { Route } from '../wire/route.ts'
import { checkNamed } from './check-named.ts'
import { checkFuture, createFileLink } from './create-file-link.ts'

export const fileLinkRoutes: readonly Route[] = [
  defineRoute<Stripe.FileLinkCreateParams>({
    method: 'POST',
    path: '/v1/file_links',
    supports: ['expires_at', 'file', 'metadata.*'],
    handle: (context, parameters) =>
      createFileLink(context, existing(context, 'file', parameters.file, 'file'), parameters),
  }),
  defineRoute<Stripe.FileLinkListParams>({
    method: 'GET',
    path: '/v1/file_links',
    supports: ['created', 'created.*', 'expired', 'file'],
    handle: (context, parameters) => {
      checkNamed(context, { file: parameters.file })
      const list = page(context, 'file_link', {
        url: '/v1/file_links',
        parameters,
        filter: (link) =>
          (parameters.file ?? link.file) === link.file &&
          (parameters.expired ?? linkAsOf(context, link).expired) === linkAsOf(context, link).expired &&
          inRange(link.created, parameters.created),
      })
      return { ...list, data: list.data.map((link) => linkAsOf(context, link)) }
    },
  }),
  defineRoute<Stripe.FileLinkRetrieveParams>({
    method: 'GET',
    path: '/v1/file_links/:id',
    supports: [],
    handle: (context, _, { id = '' }) => linkAsOf(context, existing(context, 'file_link', id)),
  }),
  defineRoute<Stripe.FileLinkUpdateParams>({
    method: 'POST',
    path: '/v1/file_links/:id',
    supports: ['expires_at', 'metadata.*'],
    handle: updateLink,
  }),
]

function updateLink(
  context: Context,
  { expires_at: at, metadata }: Stripe.FileLinkUpdateParams,
  { id = '' }: Record<string, string>,
): Stripe.FileLink {
  const link = linkAsOf(context, existing(context, 'file_link', id))
  if (link.expired) throw new StripeApiError(`The file link '${link.id}' has expired: it cannot be updated.`)
  const changed: Stripe.FileLink = {
    ...link,
    expires_at: at === undefined ? link.expires_at : expiryOf(context, at),
    metadata: mergedMetadata(link.metadata, metadata),
  }
  context.store.put('file_link', changed)
  return linkAsOf(context, changed)
}

/** Unix seconds; null for never. */
function expiryOf(context: Context, at: Stripe.Emptyable<'now' | number>): number | null {
  if (at === '' || at === null) return null
  if (at === 'now') return context.clock.now()
  // A boundary: `'now' | number` travels as text.
  const moment = Number(at)
  checkFuture(context, moment, 'expires_at')
  return moment
}
