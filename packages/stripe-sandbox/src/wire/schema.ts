/**
 * A type of the SDK as data, made by scripts/generate-*.ts. `decimal` is a decimal string; `empty` is the `''` (or null)
 * with which Stripe unsets a parameter; an `open` enum lists the values that this API version documents.
 */
export type Schema =
  | 'string'
  | 'number'
  | 'boolean'
  | 'decimal'
  | 'any'
  | 'null'
  | 'empty'
  | { enum: readonly (string | number | boolean)[]; open?: true }
  | { array: Schema }
  | { hash: { readonly [field: string]: Schema }; required?: readonly string[] }
  | { map: Schema }
  | { union: readonly Schema[] }
  | { ref: string }

export type HashSchema = Extract<Schema, { hash: object }>

/** The named types behind `{ ref }`. */
export type SchemaTypes = { readonly [name: string]: Schema }
