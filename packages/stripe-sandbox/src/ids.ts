import { randomFillSync } from 'node:crypto'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const pool = new Uint8Array(4096)
let used = pool.length

/** Prefix → number of characters after it, as Stripe's own ids have them. */
const lengths: Record<string, number> = { cus_: 14, prod_: 14, si_: 14, req_: 14, cs_test_: 60, whsec_: 32 }

/** A new id in Stripe's form: `newId('cus_')` → `cus_Nffrfe5aN1QxyZ`. */
export function newId(prefix: string): string {
  return prefix + randomText(lengths[prefix] ?? 24)
}

/** Random letters and digits from the system's generator: 5.95 bits each. */
export function randomText(length: number): string {
  let text = ''
  while (text.length < length) {
    if (used === pool.length) {
      randomFillSync(pool)
      used = 0
    }
    const character = alphabet[(pool[used++] ?? 255) & 63]
    if (character !== undefined) text += character
  }
  return text
}
