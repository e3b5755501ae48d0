import { describe, expect, test } from 'vitest'
import { textWidth, wrapText } from './helvetica.ts'
import { pdfFile, pdfText } from './pdf-file.ts'

describe('a PDF file', () => {
  const file = Buffer.from(pdfFile('Two pages', ['BT ET', 'BT (b) Tj ET'])).toString('latin1')

  test('names the place of each of its objects', () => {
    const table = [...file.matchAll(/^(\d{10}) 00000 n $/gm)].map((entry) => Number(entry[1]))
    expect(table.map((offset) => file.slice(offset).split('\n')[0])).toEqual(
      table.map((_, index) => `${index + 1} 0 obj`),
    )
  })

  test('ends with the place of its table', () => {
    const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(file)?.[1])
    expect(file.slice(start, start + 5)).toBe('xref\n')
  })

  test('gives each stream its length', () => {
    const streams = [...file.matchAll(/\/Length (\d+) >>\nstream\n([\s\S]*?)\nendstream/g)]
    expect(streams.map(([, length, content]) => Number(length) === content?.length)).toEqual([true, true])
  })

  test('writes texts so that nothing in them can end them', () => {
    expect(pdfText('a) Tj\n€')).toBe('<612920546a3f80>')
  })
})

test('long texts break at spaces, within the width', () => {
  const lines = wrapText('one two three four five six seven eight', 10, 60)
  expect(lines.every((line) => textWidth(line, 10) <= 60)).toBe(true)
  expect(lines.join(' ')).toBe('one two three four five six seven eight')
})
