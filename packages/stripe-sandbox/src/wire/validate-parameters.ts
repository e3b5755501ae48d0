import {
  parameterInvalid,
  parameterInvalidEmpty,
  parameterInvalidInteger,
  parameterMissing,
  parameterNotOneOf,
  parameterUnknown,
} from './error-catalogue.ts'
import type { Form, FormValue } from './form.ts'
import type { Parameters } from './route.ts'
import type { HashSchema, Schema, SchemaTypes } from './schema.ts'

/** Numbers that may have a fraction; every other number of Stripe's parameters is an integer. */
const fractional = /percent|^(height|length|width|weight)\]?$/

/**
 * Checks a decoded form against a route's schema and gives its scalars their types.
 * @throws StripeApiError in Stripe's words: unknown, missing, wrong type, not one of the listed values.
 */
export function validateParameters(form: Form, schema: Schema, types: SchemaTypes): Parameters {
  const resolved = resolve(schema, types)
  if (!isHash(resolved)) throw new Error('the parameters of a route are a hash')
  return hashValue(form, resolved, '', types)
}

function hashValue(form: Form, schema: HashSchema, path: string, types: SchemaTypes): Parameters {
  const at = (key: string): string => (path === '' ? key : `${path}[${key}]`)
  const [unknown, ...others] = Object.keys(form).filter((key) => !Object.hasOwn(schema.hash, key))
  if (unknown !== undefined) throw parameterUnknown([at(unknown), ...others.map(at)])
  const missing = schema.required?.find((key) => form[key] === undefined)
  if (missing !== undefined) throw parameterMissing(at(missing))
  const parameters: Parameters = {}
  for (const [key, value] of Object.entries(form)) {
    const field = schema.hash[key]
    if (field !== undefined) parameters[key] = typedValue(value, field, at(key), types)
  }
  return parameters
}

function typedValue(value: FormValue, declared: Schema, path: string, types: SchemaTypes): unknown {
  const schema = resolve(declared, types)
  if (typeof schema === 'object' && 'union' in schema) return unionValue(value, schema.union, path, types)
  if (typeof value === 'string') return scalarValue(value, schema, path)
  if (schema === 'any') return value
  if (typeof schema === 'object') {
    if ('array' in schema) {
      return elementsOf(value, path).map((element, n) =>
        typedValue(element, schema.array, `${path}[${n}]`, types),
      )
    }
    if (!Array.isArray(value)) {
      if ('hash' in schema) return hashValue(value, schema, path, types)
      if ('map' in schema) {
        return Object.fromEntries(
          Object.entries(value).map(([key, entry]) => [
            key,
            typedValue(entry, schema.map, `${path}[${key}]`, types),
          ]),
        )
      }
    }
    if ('hash' in schema || 'map' in schema) throw parameterInvalid(path, 'Invalid object')
  }
  const shape = Array.isArray(value) ? 'array' : 'hash'
  throw parameterInvalid(path, `Invalid ${wordFor(schema)}: a ${shape} was sent for ${path}`)
}

/** The member of the union that the value's shape fits; the first error if none does. */
function unionValue(value: FormValue, members: readonly Schema[], path: string, types: SchemaTypes): unknown {
  const resolved = members.map((member) => resolve(member, types))
  if (value === '' && resolved.includes('empty')) return ''
  const isScalar = typeof value === 'string'
  const fitting = resolved.filter((member) => member !== 'empty' && isScalarSchema(member) === isScalar)
  // `quantity: string | number` stays text: only the reader of the parameter knows which was meant.
  if (isScalar && fitting.includes('string')) return value
  let firstError: unknown
  for (const member of fitting.length > 0 ? fitting : resolved.filter((other) => other !== 'empty')) {
    try {
      return typedValue(value, member, path, types)
    } catch (error) {
      firstError ??= error
    }
  }
  throw firstError
}

function scalarValue(value: string, schema: Schema, path: string): unknown {
  if (schema === 'any') return value
  if (value === '' && schema !== 'empty') throw parameterInvalidEmpty(path)
  if (schema === 'string') return value
  if (schema === 'number') return numberValue(value, path)
  if (schema === 'boolean') {
    if (value !== 'true' && value !== 'false') throw parameterInvalid(path, `Invalid boolean: ${value}`)
    return value === 'true'
  }
  if (schema === 'decimal') {
    if (!/^-?\d+(\.\d{1,12})?$/.test(value)) throw parameterInvalid(path, `Invalid decimal: ${value}`)
    return value
  }
  if (typeof schema === 'object' && 'enum' in schema) {
    const listed = schema.enum.find((entry) => String(entry) === value)
    if (listed === undefined) throw parameterNotOneOf(path, schema.enum.map(String))
    return listed
  }
  if (typeof schema === 'object' && 'array' in schema) throw parameterInvalid(path, 'Invalid array')
  throw parameterInvalid(path, 'Invalid object')
}

function numberValue(value: string, path: string): number {
  const name = path.slice(path.lastIndexOf('[') + 1)
  const isNumber = fractional.test(name) ? /^-?\d+(\.\d+)?$/.test(value) : /^-?\d{1,15}$/.test(value)
  if (!isNumber) throw parameterInvalidInteger(path, value)
  return Number(value)
}

/** An array, or the hash with the keys 0, 1, 2… that a form writes for one. */
function elementsOf(value: Exclude<FormValue, string>, path: string): FormValue[] {
  if (Array.isArray(value)) return value
  const entries = Object.entries(value)
  if (!entries.every(([key]) => /^\d+$/.test(key))) throw parameterInvalid(path, 'Invalid array')
  return entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, element]) => element)
}

function resolve(schema: Schema, types: SchemaTypes): Schema {
  if (typeof schema !== 'object' || !('ref' in schema)) return schema
  const named = types[schema.ref]
  if (named === undefined) throw new Error(`the generated parameters lack the type ${schema.ref}`)
  return resolve(named, types)
}

function isHash(schema: Schema): schema is HashSchema {
  return typeof schema === 'object' && 'hash' in schema
}

function isScalarSchema(schema: Schema): boolean {
  return typeof schema === 'string' || 'enum' in schema
}

function wordFor(schema: Schema): string {
  if (schema === 'number') return 'integer'
  return typeof schema === 'string' ? schema : 'string'
}
