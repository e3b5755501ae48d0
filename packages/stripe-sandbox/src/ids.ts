import { createCipheriv, createHash, randomBytes } from 'node:crypto'

/** Where a sandbox takes its ids from. */
export interface Ids {
  /** A new id in Stripe's form: `newId('cus_')` → `cus_Nffrfe5aN1QxyZ`. */
  newId(prefix: string): string
  /** Random letters and digits, 5.95 bits each. */
  randomText(length: number): string
}

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** Prefix → number of characters after it, as Stripe's own ids have them. */
const lengths: Record<string, number> = {
  cus_: 14,
  prod_: 14,
  si_: 14,
  req_: 14,
  cs_test_: 60,
  whsec_: 32,
  acct_1: 15,
}

/**
 * Ids that nobody can guess, or, with a seed, the same ones in every run: then the same calls at the same times give the same
 * bytes. A seeded source is the key stream of AES in counter mode under the hash of its seed.
 */
export function createIds(seed?: string): Ids {
  const nextBytes: () => Uint8Array = seed === undefined ? () => randomBytes(poolBytes) : keyStream(seed)
  let pool = ''
  let used = 0

  function randomText(length: number): string {
    while (pool.length - used < length) {
      pool = pool.slice(used) + charactersOf(nextBytes())
      used = 0
    }
    used += length
    return pool.slice(used - length, used)
  }

  return { randomText, newId: (prefix) => prefix + randomText(lengths[prefix] ?? 24) }
}

const poolBytes = 4096
const codes = Buffer.from(alphabet)

/** Two of sixty-four values stand for no character and are passed over. A pool at a time: every object and every event has an id. */
function charactersOf(bytes: Uint8Array): string {
  const characters = Buffer.alloc(bytes.length)
  let length = 0
  for (const byte of bytes) {
    const code = codes[byte & 63]
    if (code !== undefined) characters[length++] = code
  }
  return characters.toString('latin1', 0, length)
}

function keyStream(seed: string): () => Uint8Array {
  const key = createHash('sha256').update(seed).digest()
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16))
  const zeros = Buffer.alloc(poolBytes)
  return () => cipher.update(zeros)
}
