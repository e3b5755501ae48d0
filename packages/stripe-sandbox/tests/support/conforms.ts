import type { HashSchema, Schema, SchemaTypes } from '../../src/wire/schema.ts'
import generated from './generated/objects.json' with { type: 'json' }

// A boundary: scripts/generate-objects.ts writes exactly this shape.
const { live, deleted, types } = generated as unknown as {
  live: Record<string, Schema>
  deleted: Record<string, Schema>
  types: SchemaTypes
}

/**
 * What is wrong with a Stripe object, list or event, held strictly against the SDK's own types: missing fields, surplus
 * fields, wrong types, values that this API version does not document. Empty when nothing is.
 *
 * @example expect(conforms(await stripe.customers.retrieve(id))).toEqual([])
 */
export function conforms(answer: unknown): string[] {
  // What the SDK made of the answer (decimals as objects, its own `lastResponse`) goes back to what travelled.
  return violations(JSON.parse(JSON.stringify(answer)) as unknown, '$')
}

function violations(value: unknown, path: string): string[] {
  if (!isHash(value)) return [`${path}: not an object`]
  const name = String(value.object)
  if (name === 'list' || name === 'search_result') {
    const data = Array.isArray(value.data) ? value.data : []
    return data.flatMap((element, n) => violations(element, `${path}.data[${n}]`))
  }
  const schema = value.deleted === true ? deleted[name] : live[name]
  if (schema === undefined) return [`${path}: no schema for object '${name}'`]
  if (name !== 'event') return check(value, schema, path)
  const data = isHash(value.data) ? value.data : {}
  const isUpdate = String(value.type).endsWith('.updated')
  return [
    ...check({ ...value, data: { object: {} } }, schema, path),
    ...snapshotViolations(String(value.type), data.object, `${path}.data.object`),
    ...(isUpdate && !isHash(data.previous_attributes)
      ? [`${path}.data: an update without previous_attributes`]
      : []),
  ]
}

/** The invoice of `invoice.upcoming` is a preview, which has no id. */
function snapshotViolations(type: string, object: unknown, path: string): string[] {
  const found = violations(object, path)
  return type === 'invoice.upcoming' ? found.filter((line) => line !== `${path}.id: missing`) : found
}

function check(value: unknown, schema: Schema, path: string): string[] {
  if (schema === 'any') return []
  if (typeof schema === 'string')
    return isScalar(value, schema) ? [] : [`${path}: ${show(value)} is no ${schema}`]
  if ('ref' in schema) return check(value, types[schema.ref] ?? 'any', path)
  if ('union' in schema) return checkUnion(value, schema.union, path)
  if ('enum' in schema) {
    const isListed = schema.enum.some((entry) => entry === value)
    return isListed ? [] : [`${path}: ${show(value)} is not one of ${schema.enum.slice(0, 8).join(', ')}`]
  }
  if ('array' in schema) {
    if (!Array.isArray(value)) return [`${path}: ${show(value)} is no array`]
    return value.flatMap((element, n) => check(element, schema.array, `${path}[${n}]`))
  }
  if (!isHash(value)) return [`${path}: ${show(value)} is no hash`]
  if ('map' in schema) {
    return Object.entries(value).flatMap(([key, entry]) => check(entry, schema.map, `${path}.${key}`))
  }
  return checkHash(value, schema, path)
}

function checkHash(value: Record<string, unknown>, schema: HashSchema, path: string): string[] {
  const missing = (schema.required ?? []).filter((key) => !(key in value))
  return [
    ...missing.map((key) => `${path}.${key}: missing`),
    ...Object.entries(value).flatMap(([key, entry]) => {
      const field = schema.hash[key]
      return field === undefined
        ? [`${path}.${key}: no field of this API version`]
        : check(entry, field, `${path}.${key}`)
    }),
  ]
}

/** The complaints of the alternative that fits best: same `object` or `type` first, then fewest. */
function checkUnion(value: unknown, members: readonly Schema[], path: string): string[] {
  const results = members.map((member) => check(value, member, path))
  if (results.some((result) => result.length === 0)) return []
  const mismatch = (result: string[]): number => {
    const isAnother = result.some(
      (line) => line.startsWith(`${path}.object:`) || line.startsWith(`${path}: `),
    )
    return result.length + (isAnother ? 1000 : 0)
  }
  return results.sort((a, b) => mismatch(a) - mismatch(b))[0] ?? [`${path}: fits nothing`]
}

function isScalar(value: unknown, kind: Extract<Schema, string>): boolean {
  if (kind === 'null' || kind === 'empty') return value === null
  if (kind === 'decimal') return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)
  return typeof value === kind
}

function show(value: unknown): string {
  return (JSON.stringify(value) ?? 'undefined').slice(0, 60)
}

function isHash(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
