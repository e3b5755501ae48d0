import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { buildPrice } from '../objects/price.ts'
import { buildProduct } from '../objects/product.ts'
import { seedPortalConfiguration } from './portal-configuration.ts'

interface DemoPrice {
  id: string
  unitAmount: number
  recurring?: Stripe.Price.Recurring.Interval
  lookupKey?: string
  nickname: string
  isArchived?: true
}

interface DemoProduct {
  id: string
  name: string
  description: string
  features: readonly string[]
  metadata: Stripe.Metadata
  /** The first one is the product's default price. */
  prices: readonly DemoPrice[]
}

/**
 * What Larkspur, a fictional service for team notes, sells. Documents and tests may name these ids: plans Starter (monthly)
 * and Team (monthly or yearly, with an older archived price), and two things that are bought once.
 */
const catalogue: readonly DemoProduct[] = [
  {
    id: 'prod_demo_starter',
    name: 'Larkspur Starter',
    description: 'For one person who wants to find every note again.',
    features: ['3 notebooks', '5 GB of attachments', 'Full-text search'],
    metadata: { plan: 'starter', features: 'notebooks:3,storage_gb:5,search' },
    prices: [
      {
        id: 'price_demo_starter_monthly',
        unitAmount: 900,
        recurring: 'month',
        lookupKey: 'starter_monthly',
        nickname: 'Starter, monthly',
      },
    ],
  },
  {
    id: 'prod_demo_team',
    name: 'Larkspur Team',
    description: 'Shared notebooks for a team that writes things down.',
    features: [
      'Unlimited notebooks',
      '100 GB of attachments',
      'Shared spaces and roles',
      'Version history for a year',
    ],
    metadata: {
      plan: 'team',
      features: 'notebooks:unlimited,storage_gb:100,search,sharing,history_days:365',
    },
    prices: [
      {
        id: 'price_demo_team_monthly',
        unitAmount: 2900,
        recurring: 'month',
        lookupKey: 'team_monthly',
        nickname: 'Team, monthly',
      },
      {
        id: 'price_demo_team_yearly',
        unitAmount: 29_000,
        recurring: 'year',
        lookupKey: 'team_yearly',
        nickname: 'Team, yearly (two months free)',
      },
      {
        id: 'price_demo_team_monthly_2024',
        unitAmount: 1900,
        recurring: 'month',
        nickname: 'Team, monthly, as it was sold in 2024',
        isArchived: true,
      },
    ],
  },
  {
    id: 'prod_demo_import',
    name: 'Import concierge',
    description: 'We move your notes from another app, once, and check that nothing is missing.',
    features: ['Up to 50,000 notes', 'Done within two working days'],
    metadata: { kind: 'service' },
    prices: [
      {
        id: 'price_demo_import',
        unitAmount: 4900,
        lookupKey: 'import_concierge',
        nickname: 'Import, one time',
      },
    ],
  },
  {
    id: 'prod_demo_templates',
    name: 'Template pack',
    description: 'Sixty templates for meetings, research and planning, yours to keep.',
    features: ['60 templates', 'Free updates'],
    metadata: { kind: 'download' },
    prices: [
      {
        id: 'price_demo_templates',
        unitAmount: 1900,
        lookupKey: 'template_pack',
        nickname: 'Templates, one time',
      },
    ],
  },
]

/** Fills a store that has no product yet; any other is left as it is. */
export function seedDemoCatalogue(context: Context): void {
  if (context.store.count('product') > 0) return
  context.store.transaction(() => {
    for (const entry of catalogue) seedProduct(context, entry)
    seedPortalConfiguration(context)
  })
}

function seedProduct(context: Context, entry: DemoProduct): void {
  const created = context.clock.now()
  const product: Stripe.Product = {
    ...buildProduct(context.ids, entry.name, created, entry.id),
    default_price: entry.prices[0]?.id ?? null,
    description: entry.description,
    marketing_features: entry.features.map((name) => ({ name })),
    metadata: entry.metadata,
  }
  context.store.put('product', product)
  context.emit('product.created', product)
  for (const { id, unitAmount, recurring, lookupKey, nickname, isArchived } of entry.prices) {
    const price: Stripe.Price = {
      ...buildPrice(context.ids, {
        id,
        product: product.id,
        currency: 'usd',
        unitAmountDecimal: String(unitAmount),
        created,
        recurring: recurring && { interval: recurring },
      }),
      active: isArchived !== true,
      lookup_key: lookupKey ?? null,
      nickname,
    }
    context.store.put('price', price)
    context.emit('price.created', price)
  }
}
