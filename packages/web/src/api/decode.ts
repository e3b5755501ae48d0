/**
 * Small decoders for what the API answers: an answer of another shape is an error that says where, instead of an
 * `undefined` three components later. Unknown fields are let through.
 */
export type Decoder<T> = (value: unknown, at: string) => T

export type Decoded<D> = D extends Decoder<infer T> ? T : never

export class UnexpectedAnswer extends Error {}

export const text: Decoder<string> = (value, at) =>
  typeof value === 'string' ? value : unexpected(at, 'text', value)

export const number: Decoder<number> = (value, at) =>
  typeof value === 'number' ? value : unexpected(at, 'a number', value)

export const flag: Decoder<boolean> = (value, at) =>
  typeof value === 'boolean' ? value : unexpected(at, 'true or false', value)

export function nullable<T>(inner: Decoder<T>): Decoder<T | null> {
  return (value, at) => (value === null || value === undefined ? null : inner(value, at))
}

export function list<T>(inner: Decoder<T>): Decoder<T[]> {
  return (value, at) =>
    Array.isArray(value)
      ? value.map((item: unknown, index) => inner(item, `${at}[${index}]`))
      : unexpected(at, 'a list', value)
}

export function object<S extends Record<string, Decoder<unknown>>>(
  shape: S,
): Decoder<{ [K in keyof S]: Decoded<S[K]> }> {
  return (value, at) => {
    if (typeof value !== 'object' || value === null) return unexpected(at, 'an object', value)
    const given = new Map<string, unknown>(Object.entries(value))
    const decoded = Object.entries(shape).map(([key, inner]) => [key, inner(given.get(key), `${at}.${key}`)])
    // Object.fromEntries forgets the keys' types; every key of the shape has just been decoded by its own decoder.
    return Object.fromEntries(decoded) as { [K in keyof S]: Decoded<S[K]> }
  }
}

function unexpected(at: string, wanted: string, value: unknown): never {
  throw new UnexpectedAnswer(`An unexpected answer: ${at} should be ${wanted}, but is ${typeof value}.`)
}
