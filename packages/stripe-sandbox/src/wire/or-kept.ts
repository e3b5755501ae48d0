/** What an optional parameter makes of a field: left out keeps the old value, `''` unsets it. */
export function orKept<T>(parameter: T | '' | null | undefined, kept: T | null): T | null {
  if (parameter === undefined) return kept
  return parameter === '' || parameter === null ? null : parameter
}
