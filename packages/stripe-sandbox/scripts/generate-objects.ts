// Writes what the installed SDK knows of Stripe's objects:
//   src/generated/expandable.json             which paths of which object can be expanded, and to what
//   tests/support/generated/objects.json      the shape of every object, for strict checks of answers and events
//
//   node packages/stripe-sandbox/scripts/generate-objects.ts
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { HashSchema, Schema } from '../src/wire/schema.ts'
import { typeIn } from './sdk-program.ts'
import { SchemaWriter } from './sdk-schema.ts'

/** The sandbox's objects: file and name in the SDK. */
const objects: [file: string, name: string][] = [
  ['Accounts', 'Account'],
  ['BillingPortal/Configurations', 'Configuration'],
  ['BillingPortal/Sessions', 'Session'],
  ['Charges', 'Charge'],
  ['Checkout/Sessions', 'Session'],
  ['Coupons', 'Coupon'],
  ['CustomerBalanceTransactions', 'CustomerBalanceTransaction'],
  ['Customers', 'Customer'],
  ['Discounts', 'Discount'],
  ['Events', 'EventBase'],
  ['InvoiceItems', 'InvoiceItem'],
  ['InvoiceLineItems', 'InvoiceLineItem'],
  ['InvoicePayments', 'InvoicePayment'],
  ['Invoices', 'Invoice'],
  ['LineItems', 'LineItem'],
  ['PaymentIntents', 'PaymentIntent'],
  ['PaymentMethods', 'PaymentMethod'],
  ['Plans', 'Plan'],
  ['Prices', 'Price'],
  ['Products', 'Product'],
  ['PromotionCodes', 'PromotionCode'],
  ['Refunds', 'Refund'],
  ['SetupIntents', 'SetupIntent'],
  ['SubscriptionItems', 'SubscriptionItem'],
  ['Subscriptions', 'Subscription'],
  ['V2/Core/EventDestinations', 'EventDestination'],
  ['V2/Core/Events', 'EventBase'],
  ['TaxRates', 'TaxRate'],
  ['TestHelpers/TestClocks', 'TestClock'],
  ['WebhookEndpoints', 'WebhookEndpoint'],
]
const deletedObjects: [file: string, name: string][] = [
  ['Customers', 'DeletedCustomer'],
  ['Coupons', 'DeletedCoupon'],
  ['InvoiceItems', 'DeletedInvoiceItem'],
  ['Products', 'DeletedProduct'],
  ['SubscriptionItems', 'DeletedSubscriptionItem'],
  ['TestHelpers/TestClocks', 'DeletedTestClock'],
  ['WebhookEndpoints', 'DeletedWebhookEndpoint'],
]

writeObjects()
writeExpandable()

function writeObjects(): void {
  const known = new Set<string>()
  for (const [file, name] of objects) known.add(objectOf(new SchemaWriter({ isRequest: false }), file, name))
  const writer = new SchemaWriter({ isRequest: false, isKnownObject: (name) => known.has(name) })
  const live = Object.fromEntries(objects.map(([file, name]) => entry(writer, file, name)))
  const deleted = Object.fromEntries(deletedObjects.map(([file, name]) => entry(writer, file, name)))
  const folder = join(import.meta.dirname, '../tests/support/generated')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'objects.json'), `${JSON.stringify({ live, deleted, types: writer.types })}\n`)
  console.log(`${Object.keys(live).length} objects, ${Object.keys(writer.types).length} types`)
}

interface Field {
  how: 'id' | 'list' | 'embed'
  to: string[]
}

function writeExpandable(): void {
  const writer = new SchemaWriter({ isRequest: false })
  const found: Record<string, Record<string, Field>> = {}
  const waiting = objects
    .filter(([, name]) => name !== 'EventBase')
    .map(([file, name]) => deref(writer.schema(typeIn(file, name)), writer))
  for (let hash = waiting.shift(); hash; hash = waiting.shift()) {
    const name = objectNameOf(hash)
    if (name === undefined || name in found) continue
    const fields: Record<string, Field> = {}
    found[name] = fields
    collect(hash, '', fields, writer, (embedded) => waiting.push(embedded))
  }
  const file = join(import.meta.dirname, '../src/generated/expandable.json')
  const sorted = Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)))
  writeFileSync(file, `${JSON.stringify(sorted)}\n`)
}

/** Fills `fields` with what lies below a hash, through plain hashes and lists, up to the next object. */
function collect(
  hash: HashSchema,
  prefix: string,
  fields: Record<string, Field>,
  writer: SchemaWriter,
  onEmbedded: (hash: HashSchema) => void,
  depth = 0,
): void {
  if (depth > 4) return
  for (const [key, schema] of Object.entries(hash.hash)) {
    const path = `${prefix}${key}`
    const members = membersOf(schema, writer)
    const hashes = members.flatMap((member) => (isHash(member) ? [member] : []))
    const named = hashes.flatMap((member) => objectNameOf(member) ?? [])
    const list = hashes.find((member) => objectNameOf(member) === 'list')
    if (list) {
      const elements = membersOf(list.hash.data ?? 'any', writer).flatMap((member) =>
        isHash(member) ? [member] : [],
      )
      const to = elements.flatMap((member) => objectNameOf(member) ?? [])
      if (hash.required?.includes(key)) {
        fields[`${path}.data`] = { how: 'embed', to }
        elements.forEach(onEmbedded)
      } else fields[path] = { how: 'list', to }
    } else if (named.length > 0) {
      const isId = members.includes('string')
      fields[path] = { how: isId ? 'id' : 'embed', to: [...new Set(named)] }
      if (!isId) hashes.forEach(onEmbedded)
    } else {
      for (const member of hashes) collect(member, `${path}.`, fields, writer, onEmbedded, depth + 1)
    }
  }
}

/** The alternatives of a schema, looking through unions, references and arrays. */
function membersOf(schema: Schema, writer: SchemaWriter): Schema[] {
  if (typeof schema === 'string') return [schema]
  if ('union' in schema) return schema.union.flatMap((member) => membersOf(member, writer))
  if ('array' in schema) return membersOf(schema.array, writer)
  if ('ref' in schema) return membersOf(writer.types[schema.ref] ?? 'any', writer)
  return [schema]
}

function entry(writer: SchemaWriter, file: string, name: string): [string, Schema] {
  return [objectOf(writer, file, name), writer.schema(typeIn(file, name))]
}

function objectOf(writer: SchemaWriter, file: string, name: string): string {
  const found = objectNameOf(deref(writer.schema(typeIn(file, name)), writer))
  if (found === undefined) throw new Error(`${name} in ${file} has no object name`)
  return found
}

function deref(schema: Schema, writer: SchemaWriter): HashSchema {
  const found = membersOf(schema, writer)[0]
  if (!found || !isHash(found)) throw new Error('an object of Stripe is a hash')
  return found
}

function objectNameOf(hash: HashSchema): string | undefined {
  const object = hash.hash.object
  return typeof object === 'object' && 'enum' in object && object.enum.length === 1
    ? String(object.enum[0])
    : undefined
}

function isHash(schema: Schema): schema is HashSchema {
  return typeof schema === 'object' && 'hash' in schema
}
