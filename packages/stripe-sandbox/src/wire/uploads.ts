import { hash } from 'node:crypto'
import { StripeApiError } from './errors.ts'

/** A file that came with a request. */
export interface Upload {
  name: string
  bytes: Buffer
}

/** By the text that stands for the file in the form. */
export type Uploads = ReadonlyMap<string, Upload>

/**
 * A `multipart/form-data` body as a form like any other. A file is replaced by its name and the hash of its content, so that
 * what compares or shows requests (idempotency keys, the inspector) needs to know nothing of files and holds none.
 * @throws StripeApiError for a body that is no such form.
 */
export async function readMultipart(
  body: Buffer,
  contentType: string,
): Promise<{ form: string; uploads: Uploads }> {
  const uploads = new Map<string, Upload>()
  const form = new URLSearchParams()
  for (const [name, value] of await partsOf(body, contentType)) {
    if (typeof value === 'string') {
      form.append(name, value)
      continue
    }
    const bytes = Buffer.from(await value.arrayBuffer())
    const shown = `${value.name} (sha256 ${hash('sha256', bytes)})`
    uploads.set(shown, { name: value.name, bytes })
    form.append(name, shown)
  }
  return { form: form.toString(), uploads }
}

async function partsOf(body: Buffer, contentType: string): Promise<FormData> {
  try {
    return await new Response(new Uint8Array(body), { headers: { 'Content-Type': contentType } }).formData()
  } catch (error) {
    throw new StripeApiError(
      `Invalid request: the body is not \`multipart/form-data\` (${error instanceof Error ? error.message : 'unreadable'}).`,
      { isRemembered: false },
    )
  }
}
