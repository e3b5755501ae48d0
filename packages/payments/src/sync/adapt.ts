/*
 * What every adapter needs to turn a Stripe object into a row. Everything here takes null and absent alike: which fields an object
 * has depends on its API version and on how far it has come.
 */

/** An expandable field: an id, or the object with it. */
export function idOf(value: string | { id: string } | null | undefined): string | null {
  return typeof value === 'string' ? value : (value?.id ?? null)
}

/** An expandable field that was expanded; null when only its id came. */
export function expanded<T extends object>(value: string | T | null | undefined): T | null {
  return typeof value === 'object' ? value : null
}

/** Stripe's Unix seconds. */
export function fromUnix(seconds: number): Date {
  return new Date(seconds * 1000)
}

export function fromUnixOrNull(seconds: number | null | undefined): Date | null {
  return typeof seconds === 'number' ? fromUnix(seconds) : null
}

/**
 * The whole object as it came, for the column `raw`. Without client secrets: who holds one can confirm the payment, and nothing
 * of ours ever does. Decimals of the SDK become strings.
 */
export function rawJson(object: object): string {
  // Most objects have none, and asking for each key takes three times as long.
  const text = JSON.stringify(object)
  if (!text.includes('"client_secret"')) return text
  return JSON.stringify(object, (key: string, value: unknown) =>
    key === 'client_secret' ? undefined : value,
  )
}
