import type { BankType } from '../../billing/test-banks.ts'
import { testBanks } from '../../billing/test-banks.ts'
import { type CardFieldsState, firstError } from '../card-fields.ts'
import { renderField } from '../field.ts'
import { type Html, html } from '../markup.ts'

/** How each way to pay is called on the page. */
export const wayNames: Readonly<Record<'card' | BankType, string>> = {
  card: 'Card',
  us_bank_account: 'US bank account',
  sepa_debit: 'SEPA Direct Debit',
}

const labels: Readonly<Record<BankType, { label: string; incomplete: string }>> = {
  us_bank_account: { label: 'Account number', incomplete: 'Your account number is incomplete.' },
  sepa_debit: { label: 'IBAN', incomplete: 'Your IBAN is incomplete.' },
}

/** The account to debit, and its holder's name. Only test accounts are known, so the page lists them. */
export function bankFields(type: BankType, { errors, name }: CardFieldsState): Html {
  const first = firstError(errors)
  const accounts = testBanks.filter((bank) => bank.type === type && bank.notYet === null)
  return html`<input type="hidden" name="way" value="${type}">
<div class="test-cards" role="group" aria-labelledby="test-banks-title"><h3 id="test-banks-title">Test accounts</h3>
<p>The bank answers days later, by the sandbox's clock.</p>
<ul>${accounts.slice(0, 4).map(({ number, failure, answersAfterSeconds }) => html`<li><code>${number}</code> <span>${says(failure?.message, answersAfterSeconds)}</span></li>`)}</ul></div>
${renderField({
  ...labels[type],
  name: 'account',
  error: errors.account,
  isFocused: first === 'account',
  maxLength: 34,
})}
${renderField({ name: 'name', label: 'Name of the account holder', value: name, maxLength: 150, error: errors.name, isFocused: first === 'name', incomplete: 'The name is missing.' })}`
}

function says(failure: string | undefined, answersAfterSeconds: number | null): string {
  if (answersAfterSeconds === null) return 'Never answers'
  const days = `after ${answersAfterSeconds / 86_400} days`
  return failure === undefined ? `Pays ${days}` : `Fails ${days}`
}
