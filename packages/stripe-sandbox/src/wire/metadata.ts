import type Stripe from 'stripe'
import { parameterInvalid } from './error-catalogue.ts'

type MetadataParameter = Stripe.Emptyable<Stripe.MetadataParam> | undefined

/**
 * What `metadata` becomes: keys are merged, `''` removes a key, `''` in place of the hash removes all.
 * At most 50 keys of 40 characters with values of 500.
 */
export function mergedMetadata(current: Stripe.Metadata, parameter: MetadataParameter): Stripe.Metadata {
  if (parameter === undefined) return current
  if (parameter === '' || parameter === null) return {}
  const merged = { ...current }
  for (const [key, value] of Object.entries(parameter)) {
    if (value === '' || value === null) delete merged[key]
    else merged[key] = checked(key, String(value))
  }
  if (Object.keys(merged).length > 50) {
    throw parameterInvalid('metadata', 'Metadata can have at most 50 keys.')
  }
  return merged
}

function checked(key: string, value: string): string {
  if (key.length > 40) {
    throw parameterInvalid(
      'metadata',
      `Metadata keys can have up to 40 characters, but you passed in a key that is ${key.length} characters. Invalid key: ${key}`,
    )
  }
  if (value.length > 500) {
    throw parameterInvalid(
      `metadata[${key}]`,
      `Metadata values can have up to 500 characters, but you passed in a value that is ${value.length} characters. Invalid value: ${value}`,
    )
  }
  return value
}
