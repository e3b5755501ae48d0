import { faultCatalogue } from '../../faults/fault-catalogue.ts'
import type { Faults, ListedFaultRule } from '../../faults/faults.ts'
import { FaultRuleError, isFaultName } from '../../faults/parse-fault-rule.ts'
import { type Html, html } from '../markup.ts'
import { ControlRefusal, type InspectorControl } from './control.ts'

const scopes = {
  request: 'Answers of the API',
  list: 'Lists of the API',
  event: 'Events',
  delivery: 'Deliveries',
} as const

const filters = [
  ['path', 'Path', '/v1/customers*'],
  ['eventType', 'Event type', 'invoice.*'],
  ['customer', 'Customer', 'cus_…'],
] as const

/** Switches faults on and off. What a rule can say beyond this is said through the API or in code. */
export function faultsControl(faults: Faults): InspectorControl {
  return {
    name: 'faults',
    title: 'Trouble',
    show: (action) => html`${rulesOf(faults, action)}
<form method="post" action="${action}">
<label class="wide">Fault<select name="fault">${Object.entries(scopes).map(
      ([scope, label]) =>
        html`<optgroup label="${label}">${Object.entries(faultCatalogue)
          .filter(([, fault]) => fault.scope === scope)
          .map(([name, fault]) => html`<option value="${name}">${name}: ${fault.what}</option>`)}</optgroup>`,
    )}</select></label>
<label>Strikes, in percent<input name="percent" type="number" min="1" max="100" value="100" required></label>
<label>At most times<input name="count" type="number" min="1" placeholder="without end"></label>
${filters.map(
  ([name, label, example]) =>
    html`<label>${label}<input name="${name}" placeholder="any, or ${example}" autocomplete="off" spellcheck="false"></label>`,
)}
<button class="button quiet small" name="do" value="add">Switch on</button></form>
<p class="muted">Chance is drawn from seed ${faults.seed}: the same seed and the same requests give the same faults.</p>`,
    act: (form) => act(faults, form),
  }
}

function rulesOf(faults: Faults, action: string): Html {
  const rules = faults.list()
  if (rules.length === 0) return html`<p class="empty">None: everything goes well.</p>`
  return html`<form method="post" action="${action}"><ul class="rules">${rules.map(
    (rule) =>
      html`<li><code>${rule.fault}</code> ${saying(rule)} <span class="muted">struck ${rule.struck} of ${rule.matched}</span>
<button class="button quiet small" name="remove" value="${rule.id}">Switch off<span class="unseen"> ${rule.fault}</span></button></li>`,
  )}</ul><button class="button quiet small" name="do" value="clear">Switch all off</button></form>`
}

/** `50 %, 3 times, invoice.*` */
function saying({ probability, count, where }: ListedFaultRule): string {
  return [
    ...(probability === undefined ? [] : [`${Math.round(probability * 100)} %`]),
    ...(count === undefined ? [] : [`${count} times`]),
    ...Object.values(where ?? {}).map(String),
  ].join(', ')
}

function act(faults: Faults, form: URLSearchParams): string {
  const removed = form.get('remove')
  if (removed !== null) {
    if (!faults.remove(removed)) throw new ControlRefusal('That fault is off already.')
    return 'The fault is off.'
  }
  if (form.get('do') === 'clear') {
    faults.clear()
    return 'All faults are off.'
  }
  const name = form.get('fault') ?? ''
  if (!isFaultName(name)) throw new ControlRefusal(`There is no fault ${name}.`)
  const percent = Number(form.get('percent') ?? 100)
  const count = form.get('count') || null
  const where = filters.flatMap(([key]) => {
    const value = form.get(key)?.trim()
    return value ? [[key, value]] : []
  })
  try {
    faults.add({
      fault: name,
      ...(percent === 100 ? {} : { probability: percent / 100 }),
      ...(count === null ? {} : { count: Number(count) }),
      ...(where.length === 0 ? {} : { where: Object.fromEntries(where) }),
    })
  } catch (error) {
    if (error instanceof FaultRuleError) throw new ControlRefusal(error.message)
    throw error
  }
  return `${name} is on.`
}
