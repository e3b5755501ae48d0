import type { Context } from '../context.ts'
import { billingIncludables } from './billing-includables.ts'
import { pricingIncludables } from './pricing-includables.ts'

/** Makes a field that Stripe leaves out unless it is expanded, from the object that has it; undefined: it has none. */
export type Includable = (context: Context, owner: { id: string }) => object | null | undefined

/** `object.field` → what makes it, e.g. `charge.refunds`, `promotion_code.restrictions.currency_options`. */
export type Includables = Readonly<Record<string, Includable>>

export const includables: Includables = { ...billingIncludables, ...pricingIncludables }
