import type Stripe from 'stripe'
import type { DetailKind, Details, TypedAddress } from '../../billing/portal-details.ts'
import { countries } from './countries.ts'

/** What is wrong with each field, by its name in the form. */
export type DetailErrors = ReadonlyMap<string, string>

const parts = ['line1', 'line2', 'city', 'state', 'postal_code', 'country'] as const

/** The details of a customer as the form begins with them. */
export function detailsOf(customer: Stripe.Customer): Details {
  const { shipping } = customer
  return {
    name: customer.name ?? '',
    email: customer.email ?? '',
    phone: customer.phone ?? '',
    address: typedAddress((part) => customer.address?.[part]),
    shipping: {
      name: shipping?.name ?? '',
      phone: shipping?.phone ?? '',
      address: typedAddress((part) => shipping?.address?.[part]),
    },
  }
}

/** The posted details; texts without the space around them. Field names: `name`, `address_line1`, `shipping_city`, … */
export function readDetails(form: URLSearchParams): Details {
  const text = (name: string): string => (form.get(name) ?? '').trim()
  return {
    name: text('name'),
    email: text('email'),
    phone: text('phone'),
    address: typedAddress((part) => text(`address_${part}`)),
    shipping: {
      name: text('shipping_name'),
      phone: text('shipping_phone'),
      address: typedAddress((part) => text(`shipping_${part}`)),
    },
  }
}

/** What is wrong with the details that may be changed. */
export function checkDetails(details: Details, allowed: readonly DetailKind[]): DetailErrors {
  const errors = new Map<string, string>()
  if (allowed.includes('email') && !/^[^\s@]+@[^\s@]+$/.test(details.email)) {
    errors.set('email', details.email === '' ? 'Your email is missing.' : 'Your email is invalid.')
  }
  if (allowed.includes('address')) checkCountry(errors, 'address_country', details.address)
  if (!allowed.includes('shipping')) return errors
  const { shipping } = details
  checkCountry(errors, 'shipping_country', shipping.address)
  const hasAddress = Object.values(shipping.address).some((part) => part !== '')
  if (shipping.name === '' && (hasAddress || shipping.phone !== '')) {
    errors.set('shipping_name', 'The name to ship to is missing.')
  }
  if (shipping.name !== '' && shipping.address.line1 === '') {
    errors.set('shipping_line1', 'The address to ship to is missing.')
  }
  return errors
}

function typedAddress(textOf: (part: (typeof parts)[number]) => string | null | undefined): TypedAddress {
  return {
    line1: textOf('line1') ?? '',
    line2: textOf('line2') ?? '',
    city: textOf('city') ?? '',
    state: textOf('state') ?? '',
    postal_code: textOf('postal_code') ?? '',
    country: textOf('country') ?? '',
  }
}

function checkCountry(errors: Map<string, string>, name: string, address: TypedAddress): void {
  const isKnown = address.country === '' || countries.some(({ code }) => code === address.country)
  if (!isKnown) errors.set(name, 'Choose a country from the list.')
}
