import { readFileSync } from 'node:fs'
import Stripe from 'stripe'
import { expect, test } from 'vitest'
import { generatedText } from '../../scripts/write-generated.ts'
import { routes } from '../../src/api/routes.ts'
import generated from '../../src/generated/parameters.json' with { type: 'json' }
import type { Schema, SchemaTypes } from '../../src/wire/schema.ts'
import objects from '../support/generated/objects.json' with { type: 'json' }

// A boundary: scripts/generate-parameters.ts writes exactly this shape.
const schemas = generated as unknown as {
  apiVersion: string
  routes: Record<string, Schema>
  types: SchemaTypes
}
const keyOf = (route: { method: string; path: string }) =>
  `${route.method} ${route.path.replaceAll(/:\w+/g, ':')}`

test('the generated parameters are those of the installed SDK', () => {
  expect(schemas.apiVersion).toBe(Stripe.API_VERSION)
})

test('there are generated parameters for every route and for nothing else', () => {
  expect(Object.keys(schemas.routes).sort(byText)).toEqual(routes.map(keyOf).sort(byText))
})

test('there is a generated answer for every route and for nothing else', () => {
  expect(Object.keys(objects.answers).sort(byText)).toEqual(routes.map(keyOf).sort(byText))
})

test('no route claims to support a parameter that Stripe does not have', () => {
  const claims = routes.flatMap((route) => {
    const schema = schemas.routes[keyOf(route)] ?? 'any'
    return route.supports
      .filter((path) => !exists(path.split('.'), schema))
      .map((path) => `${keyOf(route)}: ${path}`)
  })
  expect(claims).toEqual([])
})

test.each([
  '../../src/generated/absent-fields.json',
  '../../src/generated/expandable.json',
  '../../src/generated/parameters.json',
  '../support/generated/objects.json',
  '../support/generated/older-fields.json',
])('%s has one entry per line, in the order of their names', (file) => {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8')
  // A boundary: the generated files hold records.
  expect(generatedText(JSON.parse(text) as Record<string, unknown>) === text).toBe(true)
})

function exists(path: readonly string[], schema: Schema): boolean {
  const [first, ...rest] = path
  if (first === undefined) return true
  if (typeof schema === 'string') return false
  if ('ref' in schema) return exists(path, schemas.types[schema.ref] ?? 'any')
  if ('union' in schema) return schema.union.some((member) => exists(path, member))
  if ('array' in schema) return exists(path, schema.array)
  if (first === '*') return 'hash' in schema || 'map' in schema
  if ('map' in schema) return exists(rest, schema.map)
  const field = 'hash' in schema ? schema.hash[first] : undefined
  return field !== undefined && exists(rest, field)
}

function byText(a: string, b: string): number {
  return a < b ? -1 : 1
}
