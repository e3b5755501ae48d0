import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { offersPlans, startPortal } from '../support/portal.ts'
import { failure } from '../support/start.ts'

type Flow = Stripe.BillingPortal.SessionCreateParams.FlowData
type Item = Stripe.BillingPortal.SessionCreateParams.FlowData.SubscriptionUpdateConfirm.Item

const team = 'price_demo_team_monthly'
const starter = 'price_demo_starter_monthly'
const nothing = { invoice_history: { enabled: true } }

/** A subscriber of Team, and what links for flows are asked for. */
async function withFlows(...start: Parameters<typeof startPortal>) {
  const life = await startPortal(...start)
  const { id } = life.born
  const confirm = (item: Partial<Item>): Flow => ({
    type: 'subscription_update_confirm',
    subscription_update_confirm: { subscription: id, items: [{ id: life.item.id, ...item }] },
  })
  const link = (flow: Flow) => life.open({ flow_data: flow })
  return {
    ...life,
    confirm,
    link,
    refusal: (flow: Flow) => failure(link(flow)),
    cancel: { type: 'subscription_cancel', subscription_cancel: { subscription: id } } satisfies Flow,
    update: { type: 'subscription_update', subscription_update: { subscription: id } } satisfies Flow,
  }
}

describe('a link for one flow', () => {
  test('is shown on the session, whole', async () => {
    const { link, confirm, item, born } = await withFlows()
    const flow = confirm({ price: starter, quantity: 3 })
    const { flow: shown } = await link({
      ...flow,
      after_completion: { type: 'hosted_confirmation', hosted_confirmation: { custom_message: 'Thanks' } },
    })
    expect(shown).toEqual({
      after_completion: {
        hosted_confirmation: { custom_message: 'Thanks' },
        redirect: null,
        type: 'hosted_confirmation',
      },
      customer_update: null,
      subscription_cancel: null,
      subscription_pause: null,
      subscription_update: null,
      subscription_update_confirm: {
        discounts: null,
        items: [{ id: item.id, price: starter, quantity: 3 }],
        subscription: born.id,
      },
      type: 'subscription_update_confirm',
    })
  })

  test('needs its feature turned on', async () => {
    const { refusal, cancel, update, confirm } = await withFlows(nothing)
    const messages = await Promise.all(
      [
        update,
        confirm({ price: starter }),
        cancel,
        { type: 'payment_method_update' },
        { type: 'customer_update' },
      ].map(async (flow) => (await refusal(flow)).message),
    )
    const disabled = (feature: string) =>
      `because the ${feature} feature in the portal configuration is disabled.`
    expect(messages).toEqual([
      `This subscription cannot be updated ${disabled('subscription update')}`,
      `This subscription cannot be updated ${disabled('subscription update')}`,
      `This subscription cannot be canceled ${disabled('subscription cancel')}`,
      `This customer cannot be updated ${disabled('payment method update')}`,
      `This customer cannot be updated ${disabled('customer update')}`,
    ])
  })

  test('needs what its type asks for, and nothing of another type', async () => {
    const { refusal, cancel } = await withFlows()
    expect((await refusal({ type: 'subscription_cancel' })).param).toBe('flow_data[subscription_cancel]')
    expect((await refusal({ ...cancel, type: 'payment_method_update' })).param).toBe(
      'flow_data[subscription_cancel]',
    )
    expect((await refusal({ ...cancel, after_completion: { type: 'redirect' } })).param).toBe(
      'flow_data[after_completion][redirect]',
    )
  })

  test("is never about somebody else's subscription", async () => {
    const { refusal, stripe, customerWithCard } = await withFlows()
    const other = await customerWithCard()
    const { id } = await stripe.subscriptions.create({ customer: other.id, items: [{ price: team }] })
    const flow: Flow = { type: 'subscription_cancel', subscription_cancel: { subscription: id } }
    expect(await refusal(flow)).toMatchObject({ statusCode: 400, code: 'resource_missing' })
  })

  test('cancels nothing that is set to end already, or has ended', async () => {
    const { refusal, cancel, stripe, born } = await withFlows()
    await stripe.subscriptions.update(born.id, { cancel_at: 'max_period_end' })
    expect((await refusal(cancel)).message).toBe(
      `The subscription ${born.id} is already set to be canceled at period end.`,
    )
    await stripe.subscriptions.cancel(born.id)
    expect((await refusal(cancel)).statusCode).toBe(400)
  })

  test('confirms a change to what the configuration lists', async () => {
    const { refusal, confirm, item, configuration } = await withFlows()
    expect((await refusal(confirm({ price: 'price_demo_team_monthly_2024' }))).message).toBe(
      `The item \`${item.id}\` cannot be updated to price \`price_demo_team_monthly_2024\` because the configuration \`${configuration.id}\` does not include the price in its \`features[subscription_update][products]\`.`,
    )
  })

  test('confirms something that changes', async () => {
    const { refusal, confirm } = await withFlows()
    expect((await refusal(confirm({ price: team, quantity: 1 }))).message).toBe(
      'Cannot update the subscription because there are no changes to confirm.',
    )
  })

  test('confirms one item of the subscription', async () => {
    const { refusal, born, item } = await withFlows()
    const both = [{ id: item.id, price: starter }, { id: 'si_other' }]
    const subscription_update_confirm = { subscription: born.id, items: both }
    const { param } = await refusal({ type: 'subscription_update_confirm', subscription_update_confirm })
    expect(param).toBe('flow_data[subscription_update_confirm][items]')
  })

  test('confirms a quantity that customers may choose', async () => {
    const { refusal, confirm } = await withFlows(offersPlans({ default_allowed_updates: ['price'] }))
    expect((await refusal(confirm({ price: starter, quantity: 2 }))).param).toBe(
      'flow_data[subscription_update_confirm][items][0][quantity]',
    )
  })

  test('changes no subscription of several items', async () => {
    const { refusal, update } = await withFlows(offersPlans(), {
      items: [{ price: team }, { price: starter }],
    })
    expect((await refusal(update)).message).toContain('cannot be updated in the portal')
  })

  test('offers a coupon that is there', async () => {
    const { refusal, cancel, link, stripe } = await withFlows()
    const offering = (coupon: string): Flow => ({
      type: 'subscription_cancel',
      subscription_cancel: {
        ...cancel.subscription_cancel,
        retention: { type: 'coupon_offer', coupon_offer: { coupon } },
      },
    })
    expect((await refusal(offering('none'))).code).toBe('resource_missing')
    const { id } = await stripe.coupons.create({
      percent_off: 20,
      duration: 'repeating',
      duration_in_months: 3,
    })
    expect((await link(offering(id))).flow?.subscription_cancel?.retention).toEqual({
      coupon_offer: { coupon: id },
      type: 'coupon_offer',
    })
  })

  test('for pausing needs that to be offered', async () => {
    const { refusal, born } = await withFlows()
    const { message } = await refusal({
      type: 'subscription_pause',
      subscription_pause: { subscription: born.id },
    })
    expect(message).toBe(
      'This subscription cannot be paused because the subscription pause feature in the portal configuration is disabled.',
    )
  })
})

describe('a portal session', () => {
  test('keeps its locale, whatever it is', async () => {
    const { open } = await withFlows()
    expect((await open({ locale: 'de' })).locale).toBe('de')
  })

  test('is for no connected account: there is none', async () => {
    const { open } = await withFlows()
    expect(await failure(open({ on_behalf_of: 'acct_1' }))).toMatchObject({
      code: 'resource_missing',
      param: 'on_behalf_of',
    })
  })

  test('may be gone on with until a moment to come', async () => {
    const { open, sandbox } = await withFlows()
    const at = (expires_at: number) =>
      open({ after_expiration: { type: 'customer_login', customer_login: { expires_at } } })
    const now = sandbox.context.clock.now()
    expect((await failure(at(now - 1))).param).toBe('after_expiration[customer_login][expires_at]')
    expect((await at(now + 60)).after_expiration).toEqual({
      customer_login: { expires_at: now + 60 },
      type: 'customer_login',
    })
  })
})
