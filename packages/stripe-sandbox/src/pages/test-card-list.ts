import { type Html, html } from './markup.ts'

interface TestCardLine {
  number: string
  says: string
}

const usual: readonly TestCardLine[] = [
  { number: '4242 4242 4242 4242', says: 'Pays' },
  { number: '4000 0000 0000 0002', says: 'Is declined' },
  { number: '4000 0000 0000 3220', says: 'Asks for authentication' },
]

const more: readonly TestCardLine[] = [
  { number: '5555 5555 5555 4444', says: 'Pays (Mastercard)' },
  { number: '3782 822463 10005', says: 'Pays (American Express)' },
  { number: '4000 0000 0000 9995', says: 'Has insufficient funds' },
  { number: '4000 0000 0000 0069', says: 'Has expired' },
  { number: '4000 0000 0000 0127', says: 'Has an incorrect CVC' },
  { number: '4000 0000 0000 0341', says: 'Is saved, then declined when charged' },
  { number: '4000 0000 0000 0259', says: 'Pays, then is disputed' },
  { number: '4000 0000 0000 7726', says: 'Pays, its refunds wait' },
  { number: '4000 0000 0000 5126', says: 'Pays, its refunds fail' },
]

/** The test cards beside a card form. The buttons need the script, which shows them; the numbers can be typed without it. */
export function testCardList(): Html {
  return html`<div class="test-cards" role="group" aria-labelledby="test-cards-title">
<h3 id="test-cards-title">Test cards</h3>
<p>With any future date and any security code.</p>
<ul>${usual.map(line)}</ul>
<details><summary>More test cards</summary><ul>${more.map(line)}</ul></details>
</div>`
}

function line({ number, says }: TestCardLine): Html {
  return html`<li><code>${number}</code> <span>${says}</span> <button type="button" hidden data-fill-card="${number}" aria-label="Use card ${number}: ${says}">Use</button></li>`
}
