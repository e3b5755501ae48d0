import type { Context } from '../context.ts'
import { billingIncludables } from './billing-includables.ts'

/** Makes a field that Stripe leaves out unless it is expanded, from the object that has it. */
export type Includable = (context: Context, owner: { id: string }) => object | null

/** `object.field` → what makes it, e.g. `charge.refunds`. */
export type Includables = Readonly<Record<string, Includable>>

export const includables: Includables = { ...billingIncludables }
