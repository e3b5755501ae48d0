import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { buildAddress } from '../objects/address.ts'
import { idOf } from '../store/tables.ts'
import { parameterInvalid, resourceMissing } from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { orKept } from '../wire/or-kept.ts'

type Parameters = Stripe.CustomerCreateParams & Stripe.CustomerUpdateParams

/** A customer with the parameters of a create or update applied. */
export function changedCustomer(
  context: Context,
  customer: Stripe.Customer,
  parameters: Parameters,
): Stripe.Customer {
  checkEmail(parameters.email)
  checkInvoicing(parameters)
  return {
    ...customer,
    address: unlessKept(parameters.address, buildAddress, customer.address ?? null),
    balance: parameters.balance ?? customer.balance,
    ...named('business_name', orKept(parameters.business_name, customer.business_name ?? null)),
    description: orKept(parameters.description, customer.description),
    email: orKept(parameters.email, customer.email),
    ...named('individual_name', orKept(parameters.individual_name, customer.individual_name ?? null)),
    invoice_prefix: parameters.invoice_prefix ?? customer.invoice_prefix ?? null,
    invoice_settings: invoiceSettings(context, customer, parameters.invoice_settings),
    metadata: mergedMetadata(customer.metadata, parameters.metadata),
    name: orKept(parameters.name, customer.name ?? null),
    next_invoice_sequence: parameters.next_invoice_sequence ?? customer.next_invoice_sequence ?? 1,
    phone: orKept(parameters.phone, customer.phone ?? null),
    preferred_locales: parameters.preferred_locales ?? customer.preferred_locales ?? [],
    shipping: unlessKept(parameters.shipping, buildShipping, customer.shipping),
    tax_exempt:
      parameters.tax_exempt === '' ? 'none' : (parameters.tax_exempt ?? customer.tax_exempt ?? 'none'),
  }
}

function invoiceSettings(
  context: Context,
  customer: Stripe.Customer,
  parameters: Parameters['invoice_settings'],
): Stripe.Customer.InvoiceSettings {
  const current = customer.invoice_settings
  if (!parameters) return current
  const method = parameters.default_payment_method
  if (method !== undefined && idOf(context.store.get('payment_method', method)?.customer) !== customer.id) {
    throw context.store.get('payment_method', method)
      ? new StripeApiError(
          `The customer does not have a payment method with the ID ${method}. The payment method must be attached to the customer.`,
          { code: 'resource_missing', param: 'invoice_settings[default_payment_method]' },
        )
      : resourceMissing('PaymentMethod', method, 'invoice_settings[default_payment_method]')
  }
  return {
    ...current,
    custom_fields: orKept(parameters.custom_fields, current.custom_fields),
    default_payment_method: method ?? current.default_payment_method,
    footer: orKept(parameters.footer, current.footer),
  }
}

function buildShipping(shipping: Stripe.CustomerCreateParams.Shipping): Stripe.Customer.Shipping {
  return { address: buildAddress(shipping.address), name: shipping.name, phone: shipping.phone ?? null }
}

function unlessKept<P, T>(
  parameter: P | '' | null | undefined,
  build: (parameter: P) => T,
  kept: T | null,
): T | null {
  if (parameter === undefined) return kept
  return parameter === '' || parameter === null ? null : build(parameter)
}

/** A field that is there only when it has a value. */
function named<K extends string>(key: K, value: string | null): { [P in K]?: string } {
  // A boundary of the type system: a computed key widens to an index signature.
  return (value === null ? {} : { [key]: value }) as { [P in K]?: string }
}

function checkInvoicing({ invoice_prefix: prefix }: Parameters): void {
  if (prefix !== undefined && !/^[A-Z0-9]{3,12}$/.test(prefix)) {
    throw parameterInvalid(
      'invoice_prefix',
      'The invoice prefix must be 3 to 12 uppercase letters or numbers.',
    )
  }
}

function checkEmail(email: string | undefined): void {
  if (email === undefined || email === '' || (/^[^\s@]+@[^\s@]+$/.test(email) && email.length <= 512)) return
  throw new StripeApiError(`Invalid email address: ${email}`, {
    code: 'email_invalid',
    param: 'email',
    isRemembered: false,
  })
}
