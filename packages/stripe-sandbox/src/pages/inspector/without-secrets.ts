/** Fields whose value nobody who looks at a page needs to see. */
const secretFields = new Set(['secret', 'client_secret', 'cvc'])
/** What is a secret wherever it stands: signing secrets, keys and client secrets. */
const secretText = /\b(whsec_|sk_test_|sk_live_|rk_test_|rk_live_|\w+_secret_)\w+/g

/** A copy with every secret covered: signing and client secrets, keys, and what is typed from a card. */
export function withoutSecrets(value: unknown, key = '', holder = ''): unknown {
  if (typeof value === 'string') {
    if (key === 'number' && holder === 'card') return `••••${value.slice(-4)}`
    return secretFields.has(key) ? covered(value) : textWithoutSecrets(value)
  }
  if (Array.isArray(value)) return value.map((element) => withoutSecrets(element, key, holder))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [name, withoutSecrets(entry, name, key)]),
  )
}

/** What it is stays readable: `whsec_••••`. */
function covered(value: string): string {
  return `${/^(?:[a-z]+_)+/.exec(value)?.[0] ?? ''}••••`
}

/** The same for a text, or for a whole page at its end: what reached a page by another way is covered there. */
export function textWithoutSecrets(text: string): string {
  return text.replaceAll(secretText, '$1••••')
}
