import type { PageHttp } from '../page-env.ts'

/** A PDF to download. @param name of the file, without its ending. */
export function pdfAnswer(http: PageHttp, name: string, file: Uint8Array<ArrayBuffer>): Response {
  return http.body(file, 200, {
    'Content-Type': 'application/pdf',
    'Content-Disposition': `attachment; filename="${name.replaceAll(/[^\w-]/g, '_')}.pdf"`,
  })
}
