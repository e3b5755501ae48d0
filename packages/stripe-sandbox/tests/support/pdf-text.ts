/** The texts of a PDF of the sandbox, in the order in which they are written. */
export function pdfTexts(file: string): string[] {
  return [...file.matchAll(/<([0-9a-f]*)> Tj/g)].map(([, hex = '']) =>
    Buffer.from(hex, 'hex').toString('latin1').replaceAll('\x80', '€').replaceAll('\x96', '–'),
  )
}

export async function downloadPdf(url: string): Promise<{ name: string; texts: string[]; text: string }> {
  const response = await fetch(url)
  const name = /filename="([^"]*)"/.exec(response.headers.get('Content-Disposition') ?? '')?.[1] ?? ''
  const texts = pdfTexts(Buffer.from(await response.arrayBuffer()).toString('latin1'))
  return { name, texts, text: texts.join(' ') }
}
