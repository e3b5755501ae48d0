import type { Context as HttpContext } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { FieldName } from './field.ts'

/** More than any form of the pages has, with a comment of full length. */
const maxFormBytes = 32 * 1024

/**
 * The fields of a posted form. Anything but a form reads as a form without fields: it gets the answer of an empty one. Hono's
 * own body limit is not used: it builds a new Request, which the Node server's request does not allow for unsized bodies.
 * @throws HTTPException 413.
 */
export async function readForm(http: HttpContext): Promise<URLSearchParams> {
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of http.req.raw.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > maxFormBytes) throw new HTTPException(413)
    text += decoder.decode(chunk, { stream: true })
  }
  return new URLSearchParams(text)
}

/** The text of a field without the space around it; empty when it was not sent. */
export function textOf(
  form: URLSearchParams,
  field: FieldName | 'feedback' | 'comment' | 'answer' | 'duration' | 'promotion_code' | 'way',
): string {
  return form.get(field)?.trim() ?? ''
}
