// Writes what the installed SDK knows of Stripe's objects:
//   src/generated/expandable.json             which paths of which object can be expanded, and to what
//   tests/support/generated/objects.json      what each call answers and each event holds, for strict checks of both
//
//   node packages/stripe-sandbox/scripts/generate-objects.ts
import { join } from 'node:path'
import ts from 'typescript5'
import { routes } from '../src/api/routes.ts'
import type { HashSchema, Schema } from '../src/wire/schema.ts'
import { type Operation, sdkOperations } from './sdk-operations.ts'
import { checker, typeIn } from './sdk-program.ts'
import { listSchema, objectNameOf, SchemaWriter, v2ListSchema } from './sdk-schema.ts'
import { writeGenerated } from './write-generated.ts'

/** Objects that live only inside others, and that no call answers alone. */
const embedded: readonly ts.Type[] = [
  typeIn('Discounts', 'Discount'),
  typeIn('Entitlements/ActiveEntitlementSummaries', 'ActiveEntitlementSummary'),
  typeIn('InvoiceItems', 'InvoiceItem'),
  typeIn('Plans', 'Plan'),
  typeIn('SubscriptionItems', 'SubscriptionItem'),
]

const operations = new Map(
  sdkOperations().map((operation) => [`${operation.method} ${operation.path}`, operation]),
)
const answered = routes
  .map((route) => `${route.method} ${route.path.replaceAll(/:\w+/g, ':')}`)
  .sort()
  .map((key) => [key, operationOf(key)] as const)
/** Every object that the sandbox's calls answer, deleted ones apart. */
const objects = [...answered.flatMap(([, { answer }]) => membersOfType(answer.type)), ...embedded]

writeObjects()
writeExpandable()

function writeObjects(): void {
  const known = new Set(objects.flatMap((type) => objectNameOf(type) ?? []))
  const writer = new SchemaWriter({ isRequest: false, isKnownObject: (name) => known.has(name) })
  const live: Record<string, Schema> = {}
  const deleted: Record<string, Schema> = {}
  for (const type of objects) {
    const name = objectNameOf(type)
    if (name === undefined || name === 'event' || name === 'v2.core.event') continue
    const isDeleted = isDeletedObject(type)
    ;(isDeleted ? deleted : live)[name] = writer.schema(type)
  }
  writer.types.Event = writer.plainHash(typeIn('Events', 'EventBase'))
  writer.types.ThinEvent = thinEventSchema(writer)
  const generated = {
    answers: Object.fromEntries(answered.map(([key, { answer }]) => [key, answerSchema(writer, answer)])),
    error: errorSchema(writer),
    events: eventObjects(writer, known),
    live,
    deleted,
    types: writer.types,
  }
  writeGenerated(join(import.meta.dirname, '../tests/support/generated/objects.json'), generated)
  console.log(
    `${Object.keys(live).length} objects, ${Object.keys(generated.events).length} events, ${Object.keys(writer.types).length} types`,
  )
}

function answerSchema(writer: SchemaWriter, { kind, type }: Operation['answer']): Schema {
  const schema = writer.schema(type)
  switch (kind) {
    case 'object':
      return schema
    case 'v2_list':
      return v2ListSchema(schema)
    default:
      return listSchema(schema, kind)
  }
}

/** What all of API v2's types of event have; most name the object that they are about. */
function thinEventSchema(writer: SchemaWriter): HashSchema {
  const base = writer.plainHash(typeIn('V2/Core/Events', 'EventBase'))
  const related = {
    hash: { id: 'string', type: 'string', url: 'string' },
    required: ['id', 'type', 'url'],
  } as const
  return { ...base, hash: { ...base.hash, related_object: { union: ['null', related] } } }
}

/** Type of event → the object that it holds, for the events about objects that the sandbox has. */
function eventObjects(writer: SchemaWriter, known: ReadonlySet<string>): Record<string, Schema> {
  const found: Record<string, Schema> = {}
  for (const event of membersOfType(typeIn('Events', 'Event'))) {
    const type = propertyOf(event, 'type')
    const object = propertyOf(propertyOf(event, 'data'), 'object')
    const name = objectNameOf(object)
    if (type.isStringLiteral() && name !== undefined && known.has(name)) {
      found[type.value] = writer.schema(object)
    }
  }
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** An error as it travels. The SDK's type of it has what the SDK itself adds, and says of nothing that it must be there. */
function errorSchema(writer: SchemaWriter): HashSchema {
  const { hash } = writer.plainHash(typeIn('../Types', 'StripeRawError'))
  const added = ['detail', 'exception', 'headers', 'requestId', 'statusCode']
  return {
    hash: Object.fromEntries(Object.entries(hash).filter(([field]) => !added.includes(field))),
    required: ['message', 'type'],
  }
}

interface Field {
  how: 'id' | 'list' | 'embed'
  to: string[]
}

function writeExpandable(): void {
  const writer = new SchemaWriter({ isRequest: false })
  const found: Record<string, Record<string, Field>> = {}
  const waiting = objects
    .filter((type) => !isDeletedObject(type) && objectNameOf(type) !== 'event')
    .map((type) => deref(writer.schema(type), writer))
  for (let hash = waiting.shift(); hash; hash = waiting.shift()) {
    const name = nameOfHash(hash)
    if (name === undefined || name in found) continue
    const fields: Record<string, Field> = {}
    found[name] = fields
    collect(hash, '', fields, writer, (embeddedHash) => waiting.push(embeddedHash))
  }
  const file = join(import.meta.dirname, '../src/generated/expandable.json')
  const sorted = Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)))
  writeGenerated(file, sorted)
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
    const named = hashes.flatMap((member) => nameOfHash(member) ?? [])
    const list = hashes.find((member) => nameOfHash(member) === 'list')
    if (list) {
      const elements = membersOf(list.hash.data ?? 'any', writer).flatMap((member) =>
        isHash(member) ? [member] : [],
      )
      const to = elements.flatMap((member) => nameOfHash(member) ?? [])
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

function deref(schema: Schema, writer: SchemaWriter): HashSchema {
  const found = membersOf(schema, writer)[0]
  if (!found || !isHash(found)) throw new Error('an object of Stripe is a hash')
  return found
}

function nameOfHash(hash: HashSchema): string | undefined {
  const object = hash.hash.object
  return typeof object === 'object' && 'enum' in object && object.enum.length === 1
    ? String(object.enum[0])
    : undefined
}

function isHash(schema: Schema): schema is HashSchema {
  return typeof schema === 'object' && 'hash' in schema
}

function operationOf(key: string): Operation {
  const operation = operations.get(key)
  if (!operation) throw new Error(`the SDK makes no call ${key}`)
  return operation
}

function membersOfType(type: ts.Type): ts.Type[] {
  return type.isUnion() ? type.types : [type]
}

/** `deleted: true`, as only what is left of a deleted object has it. */
function isDeletedObject(type: ts.Type): boolean {
  const property = type.getProperty('deleted')
  return property !== undefined && !(property.flags & ts.SymbolFlags.Optional)
}

function propertyOf(type: ts.Type, name: string): ts.Type {
  const property = type.getProperty(name)
  const declaration = property?.valueDeclaration
  if (!property || !declaration) throw new Error(`${checker.typeToString(type)} has no ${name}`)
  return checker.getTypeOfSymbolAtLocation(property, declaration)
}
