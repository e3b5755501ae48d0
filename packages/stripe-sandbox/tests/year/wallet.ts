import type { Person, World } from './live-a-year.ts'

/** The accounts of the two currencies that know debits: which pay, which fail days later; some answer late. */
const banks = {
  usd: {
    type: 'us_bank_account',
    good: ['pm_usBankAccount_success'],
    bad: ['pm_usBankAccount_insufficientFunds', 'pm_usBankAccount_debitNotAuthorized'],
  },
  eur: {
    type: 'sepa_debit',
    good: ['pm_sepaDebit_success_de', 'pm_sepaDebit_successDelayed_de'],
    bad: ['pm_sepaDebit_failed_de', 'pm_sepaDebit_failedDelayed_de'],
  },
} as const

export async function getGoodCard(world: World, person: Person): Promise<void> {
  await getMethod(world, person, 'pm_card_visa')
}

export async function getBadCard(world: World, person: Person): Promise<void> {
  await getMethod(world, person, 'pm_card_chargeCustomerFail')
}

async function getMethod({ stripe }: World, { id }: Person, token: string): Promise<void> {
  const { id: method } = await stripe.paymentMethods.attach(token, { customer: id })
  await stripe.customers.update(id, { invoice_settings: { default_payment_method: method } })
}

export async function getGoodBank(world: World, person: Person): Promise<void> {
  const bank = bankOf(person)
  if (bank) await getMethod(world, person, world.random.pick<string>(bank.good))
}

export async function getBadBank(world: World, person: Person): Promise<void> {
  const bank = bankOf(person)
  if (bank) await getMethod(world, person, world.random.pick<string>(bank.bad))
}

export async function buyOnce(world: World, person: Person): Promise<void> {
  await payOnce(world, person, 'pm_card_visa')
}

export async function buyByDebit(world: World, person: Person): Promise<void> {
  const bank = bankOf(person)
  if (bank) await payOnce(world, person, world.random.pick<string>([...bank.good, ...bank.bad]), bank.type)
}

/** A debit on its way is canceled, whatever it was to pay. */
export async function callDebitBack({ stripe, random }: World, { id: customer }: Person): Promise<void> {
  const { data } = await stripe.paymentIntents.list({ customer, limit: 10 })
  const underWay = data.filter(({ status }) => status === 'processing')
  if (underWay.length > 0) await stripe.paymentIntents.cancel(random.pick(underWay).id)
}

export async function payOnce(
  { stripe, random }: World,
  { id, currency }: Person,
  method: string,
  type = 'card',
): Promise<string> {
  const { id: intent } = await stripe.paymentIntents.create({
    customer: id,
    amount: random.whole(100, 900) * 10,
    currency,
    payment_method: method,
    allowed_payment_method_types: [type],
    confirm: true,
    return_url: 'https://example.com',
  })
  return intent
}

function bankOf({ currency }: Person) {
  return currency === 'usd' || currency === 'eur' ? banks[currency] : undefined
}
