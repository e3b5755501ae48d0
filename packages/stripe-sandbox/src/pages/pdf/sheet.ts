import { textWidth } from './helvetica.ts'
import { a4, pdfText } from './pdf-file.ts'

/** The margins of every document, in points. */
export const left = 56
export const right = a4.width - 56

export interface TextStyle {
  x?: number
  size?: number
  isBold?: boolean
  isSoft?: boolean
}

/** Writes from the top of a page downwards; `makeRoom` begins the next page. */
export class Sheet {
  readonly #pages: string[] = []
  #content = ''
  #y = a4.height - 72

  text(text: string, { x = left, size = 10, isBold = false, isSoft = false }: TextStyle): void {
    const grey = isSoft ? '0.4 g' : '0.1 g'
    this.#content += `${grey} BT /${isBold ? 'F2' : 'F1'} ${size} Tf ${x.toFixed(2)} ${this.#y} Td ${pdfText(text)} Tj ET\n`
  }

  /** Text that ends at `x`. Digits are equally wide in both fonts, so that one table of widths serves amounts in bold too. */
  right(text: string, { x = right, ...style }: TextStyle): void {
    this.text(text, { ...style, x: x - textWidth(text, style.size ?? 10) })
  }

  rule(below: number): void {
    this.#content += `0.85 G ${left} ${this.#y - below} m ${right} ${this.#y - below} l S\n`
  }

  down(points: number): void {
    this.#y -= points
  }

  makeRoom(points: number): void {
    if (this.#y - points > 60) return
    this.#pages.push(this.#content)
    this.#content = ''
    this.#y = a4.height - 72
  }

  finish(): string[] {
    return [...this.#pages, this.#content]
  }
}
