import { winAnsi } from './win-ansi.ts'

// Widths of the characters 32 to 126 in thousandths of the size: Adobe's metrics of the standard font Helvetica.
const widths = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
  556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
  500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
  556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
  278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
]

/** Width of a text in points. Letters beyond ASCII count as wide as a digit, a no-break space as a space. */
export function textWidth(text: string, size: number): number {
  let sum = 0
  for (const code of winAnsi(text)) sum += code === 0xa0 ? 278 : (widths[code - 32] ?? 556)
  return (sum * size) / 1000
}

/** Breaks a text at spaces into lines of at most `width` points; a single longer word stays whole. */
export function wrapText(text: string, size: number, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(/ +/)) {
    const last = lines.at(-1)
    if (last !== undefined && textWidth(`${last} ${word}`, size) <= width)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
