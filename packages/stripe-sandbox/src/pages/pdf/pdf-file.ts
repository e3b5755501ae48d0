import { winAnsi } from './win-ansi.ts'

/** Width and height of an A4 page in points. */
export const a4 = { width: 595, height: 842 } as const

/**
 * A PDF 1.4 file of A4 pages. @param contents one content stream per page, in ASCII; `/F1` is Helvetica, `/F2` its bold.
 */
export function pdfFile(title: string, contents: readonly string[]): Uint8Array<ArrayBuffer> {
  const pageIds = contents.map((_, index) => 6 + index * 2)
  const font = (name: string) =>
    `<< /Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding /WinAnsiEncoding >>`
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Count ${contents.length} /Kids [${pageIds.map((id) => `${id} 0 R`).join(' ')}] >>`,
    font('Helvetica'),
    font('Helvetica-Bold'),
    `<< /Title ${pdfText(title)} /Producer ${pdfText('stripe-sandbox')} >>`,
    ...contents.flatMap((content, index) => [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${a4.width} ${a4.height}] /Contents ${7 + index * 2} 0 R /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>`,
      `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    ]),
  ]
  let file = '%PDF-1.4\n'
  const offsets = objects.map((body, index) => {
    const offset = file.length
    file += `${index + 1} 0 obj\n${body}\nendobj\n`
    return offset
  })
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const size = objects.length + 1
  const end = `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<< /Size ${size} /Root 1 0 R /Info 5 0 R >>\nstartxref\n${file.length}\n%%EOF\n`
  return new TextEncoder().encode(file + end)
}

/** A text as a PDF string in hexadecimal, which needs no escaping and keeps the file ASCII. */
export function pdfText(text: string): string {
  return `<${Buffer.from(winAnsi(text)).toString('hex')}>`
}
