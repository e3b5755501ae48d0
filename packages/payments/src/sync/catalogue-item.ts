import type { Tx } from '../db/connect.ts'
import type { NewPriceRow } from '../db/queries/prices.ts'
import type { NewProductRow } from '../db/queries/products.ts'

/** One product or price as Stripe has it, ready to be written. */
export interface CatalogueItem {
  resource: 'product' | 'price'
  id: string
  /** As it is to be in the mirror; null for one that is gone. */
  row(now: Date): NewProductRow | NewPriceRow | null
  write(tx: Tx, now: Date): Promise<void>
}
