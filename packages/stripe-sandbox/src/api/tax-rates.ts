import type Stripe from 'stripe'
import { saveChanges } from '../billing/save-changes.ts'
import type { Context } from '../context.ts'
import { buildTaxRate } from '../objects/tax-rate.ts'
import { defineRoute } from '../wire/define-route.ts'
import { parameterInvalid } from '../wire/error-catalogue.ts'
import { existing } from '../wire/existing.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { inRange, page } from '../wire/pagination.ts'
import type { Route } from '../wire/route.ts'

const settable = [
  'active',
  'country',
  'description',
  'display_name',
  'jurisdiction',
  'metadata.*',
  'state',
  'tax_type',
]

export const taxRateRoutes: readonly Route[] = [
  defineRoute<Stripe.TaxRateCreateParams>({
    method: 'POST',
    path: '/v1/tax_rates',
    supports: [...settable, 'inclusive', 'percentage'],
    handle: createTaxRate,
  }),
  defineRoute<Stripe.TaxRateListParams>({
    method: 'GET',
    path: '/v1/tax_rates',
    supports: ['active', 'created', 'created.*', 'inclusive'],
    handle: (context, parameters) =>
      page(context, 'tax_rate', {
        url: '/v1/tax_rates',
        parameters,
        filter: (rate) =>
          (parameters.active ?? rate.active) === rate.active &&
          (parameters.inclusive ?? rate.inclusive) === rate.inclusive &&
          inRange(rate.created, parameters.created),
      }),
  }),
  defineRoute<Stripe.TaxRateRetrieveParams>({
    method: 'GET',
    path: '/v1/tax_rates/:id',
    supports: [],
    handle: (context, _, { id = '' }) => existing(context, 'tax_rate', id),
  }),
  defineRoute<Stripe.TaxRateUpdateParams>({
    method: 'POST',
    path: '/v1/tax_rates/:id',
    supports: settable,
    handle: (context, parameters, { id = '' }) =>
      updateTaxRate(context, existing(context, 'tax_rate', id), parameters),
  }),
]

function createTaxRate(context: Context, parameters: Stripe.TaxRateCreateParams): Stripe.TaxRate {
  checkPercentage(parameters.percentage)
  checkCountry(parameters.country)
  const rate = buildTaxRate({
    id: context.ids.newId('txr_'),
    created: context.clock.now(),
    isActive: parameters.active ?? true,
    displayName: parameters.display_name,
    description: parameters.description ?? null,
    percentage: parameters.percentage,
    isInclusive: parameters.inclusive,
    country: parameters.country?.toUpperCase() ?? null,
    state: parameters.state ?? null,
    jurisdiction: parameters.jurisdiction ?? null,
    taxType: parameters.tax_type ?? null,
    metadata: mergedMetadata({}, parameters.metadata),
  })
  context.store.put('tax_rate', rate)
  context.emit('tax_rate.created', rate)
  return rate
}

/** What it takes cannot be changed. An archived one goes on where it is, and is refused for anything new. */
function updateTaxRate(
  context: Context,
  before: Stripe.TaxRate,
  parameters: Stripe.TaxRateUpdateParams,
): Stripe.TaxRate {
  checkCountry(parameters.country)
  const after: Stripe.TaxRate = {
    ...before,
    active: parameters.active ?? before.active,
    country: parameters.country?.toUpperCase() ?? before.country,
    description: parameters.description ?? before.description,
    display_name: parameters.display_name ?? before.display_name,
    jurisdiction: parameters.jurisdiction ?? before.jurisdiction,
    metadata: mergedMetadata(before.metadata ?? {}, parameters.metadata),
    state: parameters.state ?? before.state,
    tax_type: parameters.tax_type ?? before.tax_type,
  }
  return saveChanges(context, 'tax_rate', before, after, 'tax_rate.updated')
}

function checkPercentage(percentage: number): void {
  if (percentage < 0 || percentage > 100) {
    throw parameterInvalid('percentage', 'Invalid percentage: must be between 0 and 100.')
  }
  if (Math.round(percentage * 10_000) / 10_000 !== percentage) {
    throw parameterInvalid('percentage', 'Invalid decimal: percentage can have at most 4 decimal places.')
  }
}

function checkCountry(country: string | undefined): void {
  if (country === undefined || /^[A-Za-z]{2}$/.test(country)) return
  throw parameterInvalid(
    'country',
    `Country '${country}' is unknown. Try using a 2-character country code instead.`,
  )
}
