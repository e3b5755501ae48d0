import type Stripe from 'stripe'
import { pageUrls } from '../billing/page-urls.ts'
import type { Context } from '../context.ts'
import { buildFileLink } from '../objects/file-link.ts'
import { parameterInvalid } from '../wire/error-catalogue.ts'
import { mergedMetadata } from '../wire/metadata.ts'

/** Every purpose that files can have here may be linked to. @param param where `expires_at` stands, for errors. */
export function createFileLink(
  context: Context,
  file: Stripe.File,
  { expires_at: at, metadata }: Pick<Stripe.FileLinkCreateParams, 'expires_at' | 'metadata'>,
  param = 'expires_at',
): Stripe.FileLink {
  if (at !== undefined) checkFuture(context, at, param)
  const link = buildFileLink({
    id: context.ids.newId('link_'),
    created: context.clock.now(),
    expiresAt: at ?? null,
    file: file.id,
    metadata: mergedMetadata({}, metadata),
    url: pageUrls.fileLink(context.origin, context.ids.randomText(40)),
  })
  context.store.put('file_link', link)
  return link
}

export function checkFuture(context: Context, at: number, param: string): void {
  if (at > context.clock.now()) return
  throw parameterInvalid(param, 'This value must be a timestamp in the future.')
}
