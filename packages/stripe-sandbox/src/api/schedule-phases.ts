import type Stripe from 'stripe'
import { isRecurring } from '../billing/invoice-lines.ts'
import { addCadence } from '../billing/periods.ts'
import { cadenceOf } from '../billing/prices.ts'
import type { PhaseDiscount } from '../billing/schedules/phase-discounts.ts'
import type { Context } from '../context.ts'
import { buildPhase, buildPhaseItem } from '../objects/subscription-schedule.ts'
import { parameterInvalid, parameterMissing, parametersExclusive } from '../wire/error-catalogue.ts'
import { existing } from '../wire/existing.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { givenPrice, priceDataParameters, recurringPriceDataParameters } from './inline-price.ts'
import { checkOwnCard } from './own-card.ts'
import { redemptionsOf } from './redemptions.ts'
import { sellablePrice } from './sellable-price.ts'
import { quantityOf, recurringPrice, taxRatesOf } from './subscription-lines.ts'

type Phase = Stripe.SubscriptionSchedule.Phase
type PhaseParameter = Stripe.SubscriptionScheduleUpdateParams.Phase

/** What may be said of a phase, below `phases`. */
export const phaseParameters = [
  'add_invoice_items.metadata.*',
  'add_invoice_items.price',
  ...priceDataParameters.map((name) => `add_invoice_items.${name}` as const),
  'add_invoice_items.quantity',
  'add_invoice_items.tax_rates',
  'billing_cycle_anchor',
  'collection_method',
  'currency',
  'default_payment_method',
  'default_tax_rates',
  'description',
  'discounts.coupon',
  'discounts.discount',
  'discounts.promotion_code',
  'duration.interval',
  'duration.interval_count',
  'end_date',
  'invoice_settings.days_until_due',
  'items.discounts.coupon',
  'items.discounts.discount',
  'items.discounts.promotion_code',
  'items.metadata.*',
  'items.price',
  ...recurringPriceDataParameters.map((name) => `items.${name}` as const),
  'items.quantity',
  'items.tax_rates',
  'metadata.*',
  'proration_behavior',
  'trial',
  'trial_end',
] as const

interface PhasesOf {
  customer: string
  /** When the first phase begins, unless it says so itself. Unix seconds. */
  startDate: number
  /** Ids of prices that are planned already: they stay, also when they are archived, or were made for their phase alone. */
  known?: ReadonlySet<string>
}

/**
 * Planned phases, one after the other: each begins where the one before ends. A phase without `end_date` and `duration` lasts
 * one interval of its first price.
 */
export function phasesOf(
  context: Context,
  parameters: readonly PhaseParameter[],
  { customer, startDate, known = new Set() }: PhasesOf,
): Phase[] {
  if (parameters.length === 0) throw parameterMissing('phases')
  let start = startDate
  return parameters.map((parameter, index) => {
    const at = `phases[${index}]`
    const own = momentOf(context, parameter.start_date)
    if (own !== undefined && index > 0 && own !== start) {
      throw parameterInvalid(
        `${at}[start_date]`,
        'The start date of a phase must be the end date of the previous phase.',
      )
    }
    const phase = phaseOf(context, parameter, { at, customer, start: own ?? start, known })
    start = phase.end_date
    return phase
  })
}

/** A timestamp, or `now`. Unix seconds. */
export function momentOf(context: Context, moment: number | 'now' | undefined): number | undefined {
  if (moment === undefined) return undefined
  if (moment === 'now') return context.clock.now()
  // A boundary: `'now' | number` travels as text.
  return Number(moment)
}

function phaseOf(
  context: Context,
  parameter: PhaseParameter,
  { at, customer, start, known }: { at: string; customer: string; start: number; known: ReadonlySet<string> },
): Phase {
  const items = itemsOf(context, parameter, { customer, phase: at, known })
  const [first] = items
  if (first === undefined) throw parameterMissing(`${at}[items]`)
  const price = existing(context, 'price', String(first.price), at)
  const end = endOf(context, parameter, price, { at, start })
  const card = parameter.default_payment_method
  if (card !== undefined) checkOwnCard(context, customer, card, `${at}[default_payment_method]`)
  const collectionMethod = parameter.collection_method ?? null
  return {
    ...buildPhase({ currency: price.currency, items, startDate: start, endDate: end }),
    add_invoice_items: additionsOf(context, parameter, { currency: price.currency, phase: at, known }),
    billing_cycle_anchor: parameter.billing_cycle_anchor ?? null,
    collection_method: collectionMethod,
    default_payment_method: card ?? null,
    default_tax_rates: taxRatesOf(context, parameter.default_tax_rates || [], `${at}[default_tax_rates]`),
    description: parameter.description || null,
    discounts: discountsOf(context, parameter.discounts, { customer, currency: price.currency, at }),
    invoice_settings: invoiceSettingsOf(parameter),
    metadata: metadataOf(parameter),
    proration_behavior: parameter.proration_behavior ?? 'create_prorations',
    trial_end: trialEndOf(context, parameter, { at, start, end }),
  }
}

/** Kept as given: an empty value takes its key off the subscription when the phase begins. */
function metadataOf({ metadata = {} }: PhaseParameter): Stripe.Metadata {
  return Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key, String(value ?? '')]))
}

function endOf(
  context: Context,
  parameter: PhaseParameter,
  price: Stripe.Price,
  { at, start }: { at: string; start: number },
): number {
  const { duration } = parameter
  const end = momentOf(context, parameter.end_date)
  if (end !== undefined && duration !== undefined) {
    throw parametersExclusive([`${at}[duration]`, `${at}[end_date]`])
  }
  if (end === undefined) {
    const cadence = duration
      ? { interval: duration.interval, intervalCount: duration.interval_count ?? 1 }
      : cadenceOf(price)
    return addCadence(start, cadence)
  }
  if (end <= start) {
    throw parameterInvalid(`${at}[end_date]`, 'The end date of a phase must be after its start date.')
  }
  return end
}

function trialEndOf(
  context: Context,
  parameter: PhaseParameter,
  { at, start, end }: { at: string; start: number; end: number },
): number | null {
  const own = momentOf(context, parameter.trial_end)
  if (own !== undefined && parameter.trial) throw parametersExclusive([`${at}[trial]`, `${at}[trial_end]`])
  if (parameter.billing_cycle_anchor === 'phase_start' && (own !== undefined || parameter.trial)) {
    throw parameterInvalid(
      `${at}[billing_cycle_anchor]`,
      'billing_cycle_anchor cannot be `phase_start` in a phase with a trial.',
    )
  }
  if (parameter.trial) return end
  if (own !== undefined && (own <= start || own > end)) {
    throw parameterInvalid(`${at}[trial_end]`, 'The trial must end within its phase.')
  }
  return own ?? null
}

function itemsOf(
  context: Context,
  parameter: PhaseParameter,
  { customer, phase, known }: { customer: string; phase: string; known: ReadonlySet<string> },
): Stripe.SubscriptionSchedule.Phase.Item[] {
  const prices = new Set<string>()
  const currencies = new Set<string>(
    parameter.currency === undefined ? [] : [parameter.currency.toLowerCase()],
  )
  return parameter.items.map((item, index) => {
    const at = `${phase}[items][${index}]`
    const price = givenPrice(context, item, at, (id, param) =>
      known.has(id) ? existing(context, 'price', id, param) : recurringPrice(context, id, param),
    )
    if (prices.has(price.id)) {
      throw parameterInvalid(at, `Cannot add multiple subscription items with the same plan: ${price.id}`)
    }
    prices.add(price.id)
    currencies.add(price.currency)
    if (currencies.size > 1) {
      throw parameterInvalid(`${at}[price]`, 'All prices of a phase must have one currency.')
    }
    return buildPhaseItem({
      price,
      quantity: quantityOf(price, item.quantity, at),
      discounts: discountsOf(context, item.discounts, { customer, currency: price.currency, at }),
      metadata: mergedMetadata({}, item.metadata),
      taxRates: taxRatesOf(context, item.tax_rates || [], `${at}[tax_rates]`),
    })
  })
}

/** Each is found good for the customer now; it is given when the phase begins. */
function discountsOf(
  context: Context,
  discounts: PhaseParameter['discounts'],
  { customer, currency, at }: { customer: string; currency: string; at: string },
): PhaseDiscount[] {
  return (discounts || []).map((discount, index) => {
    const param = `${at}[discounts][${index}]`
    if (discount.discount !== undefined) {
      existing(context, 'discount', discount.discount, `${param}[discount]`)
      return { coupon: null, discount: discount.discount, promotion_code: null }
    }
    redemptionsOf(context, [discount], { customer, currency, totalMinor: null }, `${at}[discounts]`)
    return {
      coupon: discount.coupon ?? null,
      discount: null,
      promotion_code: discount.promotion_code ?? null,
    }
  })
}

function additionsOf(
  context: Context,
  { add_invoice_items: additions = [] }: PhaseParameter,
  { currency, phase, known }: { currency: string; phase: string; known: ReadonlySet<string> },
): Stripe.SubscriptionSchedule.Phase.AddInvoiceItem[] {
  return additions.map((addition, index) => {
    const at = `${phase}[add_invoice_items][${index}]`
    const price = givenPrice(context, addition, at, (id, param) =>
      known.has(id) ? existing(context, 'price', id, param) : sellablePrice(context, id, param),
    )
    if (isRecurring(price) || price.currency !== currency) {
      throw parameterInvalid(
        `${at}[price]`,
        `This field only accepts prices with \`type=one_time\` in ${currency}.`,
      )
    }
    return {
      discountable: null,
      discounts: [],
      metadata: mergedMetadata({}, addition.metadata),
      period: { end: { type: 'min_item_period_end' }, start: { type: 'max_item_period_start' } },
      price: price.id,
      quantity: addition.quantity ?? 1,
      tax_rates: taxRatesOf(context, addition.tax_rates || [], `${at}[tax_rates]`),
    }
  })
}

function invoiceSettingsOf({
  invoice_settings: settings,
}: PhaseParameter): Stripe.SubscriptionSchedule.Phase.InvoiceSettings | null {
  if (settings === undefined) return null
  return {
    account_tax_ids: null,
    custom_fields: null,
    days_until_due: settings.days_until_due ?? null,
    description: null,
    footer: null,
    issuer: null,
  }
}
