/**
 * Arrays in PostgreSQL's binary form, for the one insert that is hot enough: `pg` hands a Buffer over as the binary value of a parameter. As
 * text, every quote of every element would have to be escaped here and unescaped there, which costs more than the insert does.
 *
 * Layout (array_recv of PostgreSQL): dimensions, whether a null may occur, type of the elements, their number, the first index; then
 * for each element its length (-1: null) and its bytes. All whole numbers have 32 bits, big-endian.
 */
const HEADER_BYTES = 20
const LENGTH_BYTES = 4
const TEXT = 25
const BOOLEAN = 16
const DOUBLE = 701

/** For `$n::text[]`. A Buffer is UTF-8 already. */
export function textArray(values: readonly (string | Buffer | null)[]): Buffer {
  let bytes = HEADER_BYTES
  for (const value of values) bytes += LENGTH_BYTES + (value === null ? 0 : Buffer.byteLength(value))
  const array = header(bytes, TEXT, values.length)
  let at = HEADER_BYTES
  for (const value of values) {
    const start = at + LENGTH_BYTES
    const length =
      value === null ? -1 : typeof value === 'string' ? array.write(value, start) : value.copy(array, start)
    array.writeInt32BE(length, at)
    at = start + Math.max(length, 0)
  }
  return array
}

/** For `$n::boolean[]`. */
export function booleanArray(values: readonly boolean[]): Buffer {
  const array = header(HEADER_BYTES + values.length * (LENGTH_BYTES + 1), BOOLEAN, values.length)
  for (const [index, value] of values.entries()) {
    const at = HEADER_BYTES + index * (LENGTH_BYTES + 1)
    array.writeInt32BE(1, at)
    array.writeUInt8(value ? 1 : 0, at + LENGTH_BYTES)
  }
  return array
}

/** For `$n::float8[]`. */
export function doubleArray(values: readonly number[]): Buffer {
  const array = header(HEADER_BYTES + values.length * (LENGTH_BYTES + 8), DOUBLE, values.length)
  for (const [index, value] of values.entries()) {
    const at = HEADER_BYTES + index * (LENGTH_BYTES + 8)
    array.writeInt32BE(8, at)
    array.writeDoubleBE(value, at + LENGTH_BYTES)
  }
  return array
}

function header(bytes: number, elementType: number, elements: number): Buffer {
  const array = Buffer.allocUnsafe(bytes)
  array.writeInt32BE(1, 0)
  array.writeInt32BE(1, 4)
  array.writeInt32BE(elementType, 8)
  array.writeInt32BE(elements, 12)
  array.writeInt32BE(1, 16)
  return array
}
