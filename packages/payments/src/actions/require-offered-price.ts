import type { Database } from '../db/connect.ts'
import { findOfferedPrice, type OfferedPrice, type OfferKind } from '../db/queries/offers.ts'
import { DomainError } from '../domain/errors.ts'

/**
 * The price, when it is in the mirrored catalogue, active and of this kind. An id from a request is never trusted further than
 * that: an archived price, or one of another kind, cannot be bought by knowing its id.
 * @throws DomainError unknown_price, price_not_recurring, price_not_one_time
 */
export async function requireOfferedPrice(
  db: Database,
  priceId: string,
  kind: OfferKind,
): Promise<OfferedPrice> {
  const price = await findOfferedPrice(db, priceId)
  if (price === null) throw new DomainError('unknown_price')
  if (price.kind === kind) return price
  throw new DomainError(kind === 'recurring' ? 'price_not_recurring' : 'price_not_one_time')
}
