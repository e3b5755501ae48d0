import type { Tx } from '../db/connect.ts'

/** One product or price as Stripe has it, ready to be written. */
export interface CatalogueItem {
  resource: 'product' | 'price'
  id: string
  write(tx: Tx, now: Date): Promise<void>
}
