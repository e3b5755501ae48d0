import { type Html, html } from './markup.ts'

export type FieldName = 'amount' | 'email' | 'account' | 'number' | 'expiry' | 'cvc' | 'name'

/** What is wrong with each field, in the buyer's words. */
export type FieldErrors = Partial<Record<FieldName, string>>

export interface Field {
  name: FieldName
  label: string
  error: string | undefined
  /** The first field with an error takes the focus when the page opens. */
  isFocused: boolean
  value?: string
  type?: 'text' | 'email'
  placeholder?: string
  inputMode?: 'numeric' | 'decimal' | 'email'
  maxLength?: number
  /** Said by the script, without asking the server, when the field is empty or too short. */
  incomplete: string
  /** Said by the script when it is complete and cannot be right. */
  invalid?: string
  /** `YYYY-MM`: the first month that a card may expire in. */
  earliest?: string
}

/** A labelled input; its error is a paragraph that the input is described by. */
export function renderField(field: Field): Html {
  const id = `field-${field.name}`
  return html`<div class="field field-${field.name}">
<label for="${id}">${field.label}</label>
<input id="${id}" name="${field.name}" type="${field.type ?? 'text'}" value="${field.value ?? ''}" required
 autocomplete="${field.type === 'email' ? 'email' : 'off'}" spellcheck="false"${attribute('placeholder', field.placeholder)}${attribute('inputmode', field.inputMode)}${attribute('maxlength', field.maxLength)}
 aria-describedby="${id}-error"${attribute('aria-invalid', field.error && 'true')}${field.isFocused ? html` autofocus` : null}
 data-incomplete="${field.incomplete}"${attribute('data-invalid', field.invalid)}${attribute('data-earliest', field.earliest)}>
<p class="error" id="${id}-error" aria-live="polite">${field.error}</p>
</div>`
}

function attribute(name: string, value: string | number | undefined): Html | null {
  return value === undefined || value === '' ? null : html` ${name}="${value}"`
}
