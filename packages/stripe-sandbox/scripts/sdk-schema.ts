import ts from 'typescript5'
import type { HashSchema, Schema } from '../src/wire/schema.ts'
import { checker, nameOf } from './sdk-program.ts'

export interface SchemaOptions {
  /** Parameters: `'' | null` means "unset", and enums are closed, since Stripe refuses values that it does not list. */
  isRequest: boolean
  /** For objects: which `object` names an expandable field may hold; others stay ids. */
  isKnownObject?: (name: string) => boolean
}

/** Turns types of the SDK into schemas; `types` collects the named ones. */
export class SchemaWriter {
  readonly types: Record<string, Schema> = {}
  readonly #names = new Map<ts.Type, string>()
  readonly #options: SchemaOptions

  constructor(options: SchemaOptions) {
    this.#options = options
  }

  schema(type: ts.Type): Schema {
    // 275 interfaces, one for each type of event: what they hold is written down by type (generate-objects.ts).
    if (type.aliasSymbol?.name === 'Event') return { ref: isOfV2(type.aliasSymbol) ? 'ThinEvent' : 'Event' }
    if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return 'any'
    if (type.isUnion()) return this.#union(type)
    if (isOtherString(type) || type.flags & ts.TypeFlags.String) return 'string'
    if (type.isStringLiteral() || type.isNumberLiteral()) return { enum: [type.value] }
    if (type.flags & ts.TypeFlags.Number) return 'number'
    if (type.flags & ts.TypeFlags.BooleanLiteral) return { enum: [checker.typeToString(type) === 'true'] }
    if (type.flags & ts.TypeFlags.Null) return 'null'
    const name = type.getSymbol()?.name ?? ''
    // A file of a multipart form; the sandbox puts a text in its place (src/wire/uploads.ts).
    if (name === 'FileData') return 'string'
    const element = checker.isArrayType(type) && checker.getTypeArguments(type as ts.TypeReference)[0]
    if (element) return { array: this.schema(element) }
    if (name === 'ApiList' || name === 'ApiSearchResult') return this.#list(type as ts.TypeReference)
    if (name === 'Decimal' || name === 'DecimalImpl' || type.aliasSymbol?.name === 'Decimal') return 'decimal'
    const values = type.getStringIndexType()
    if (values && type.getProperties().length === 0) return { map: this.schema(values) }
    if (!(type.flags & ts.TypeFlags.Object)) throw new Error(`no schema for ${checker.typeToString(type)}`)
    return this.#hash(type, type.aliasSymbol ?? type.getSymbol())
  }

  /** The fields of an interface, without making it a named type. */
  plainHash(type: ts.Type): HashSchema {
    return this.#fields(type)
  }

  #union(type: ts.UnionType): Schema {
    const members = type.types.filter((member) => !(member.flags & ts.TypeFlags.Undefined))
    const isOpen = members.some(isOtherString)
    const literals = members.filter((member) => member.isStringLiteral() || member.isNumberLiteral())
    const values = literals.map((literal) => literal.value)
    const schemas: Schema[] = []
    const hasNull = members.some((member) => member.flags & ts.TypeFlags.Null)
    if (this.#options.isRequest && (hasNull || values.includes(''))) schemas.push('empty')
    else if (hasNull) schemas.push('null')
    const listed = this.#options.isRequest
      ? values.filter((value) => value !== '')
      : // Sorted where nobody reads the order: the compiler's depends on what it saw before.
        values.toSorted((a, b) => (String(a) < String(b) ? -1 : 1))
    if (listed.length > 0)
      schemas.push(isOpen && !this.#options.isRequest ? { enum: listed, open: true } : { enum: listed })
    else if (isOpen) schemas.push('string')
    const booleans = members.filter((member) => member.flags & ts.TypeFlags.BooleanLiteral)
    if (booleans.length === 2) schemas.push('boolean')
    else schemas.push(...booleans.map((member) => this.schema(member)))
    for (const member of members) {
      const isDone = member.flags & (ts.TypeFlags.Null | ts.TypeFlags.BooleanLiteral) || isOtherString(member)
      if (isDone || literals.includes(member as ts.LiteralType & ts.StringLiteralType)) continue
      if (this.#isForeignExpansion(member, members)) continue
      schemas.push(this.schema(member))
    }
    return schemas.length === 1 && schemas[0] !== undefined ? schemas[0] : { union: schemas }
  }

  /** `customer: string | Customer | DeletedCustomer` where that object is none of ours: the id stays. */
  #isForeignExpansion(member: ts.Type, members: ts.Type[]): boolean {
    const isKnown = this.#options.isKnownObject
    const object = objectNameOf(member)
    if (!isKnown || !object || !members.some((other) => other.flags & ts.TypeFlags.String)) return false
    return !isKnown(object)
  }

  #list(type: ts.TypeReference): Schema {
    const element = checker.getTypeArguments(type)[0]
    if (!element) throw new Error('a list of nothing')
    const isSearch = type.getSymbol()?.name === 'ApiSearchResult'
    return listSchema(this.schema(element), isSearch ? 'search_result' : 'list')
  }

  #hash(type: ts.Type, symbol: ts.Symbol | undefined): Schema {
    const isAnonymous = !symbol || symbol.name === '__type' || symbol.name === '__object'
    if (isAnonymous) return this.#fields(type)
    let name = this.#names.get(type)
    if (name === undefined) {
      const base = nameOf(symbol)
      name = base
      for (let n = 2; name in this.types; n += 1) name = `${base}_${n}`
      this.#names.set(type, name)
      this.types[name] = 'any'
      this.types[name] = this.#fields(type)
    }
    return { ref: name }
  }

  #fields(type: ts.Type): HashSchema {
    const hash: Record<string, Schema> = {}
    const required: string[] = []
    for (const property of type.getProperties()) {
      const declaration = property.valueDeclaration ?? property.declarations?.[0]
      if (!declaration || ts.isMethodSignature(declaration)) continue
      const propertyType = checker.getTypeOfSymbolAtLocation(property, declaration)
      const present = checker.getNonNullableType(propertyType)
      if (present.flags & (ts.TypeFlags.Void | ts.TypeFlags.Never | ts.TypeFlags.Undefined)) continue
      if (isVoidOnly(propertyType)) continue
      hash[property.name] = this.schema(propertyType)
      if (!(property.flags & ts.SymbolFlags.Optional)) required.push(property.name)
    }
    return required.length > 0 ? { hash, required } : { hash }
  }
}

/** A page of a list or of a search. */
export function listSchema(element: Schema, kind: 'list' | 'search_result'): Schema {
  const isSearch = kind === 'search_result'
  return {
    hash: {
      object: { enum: [kind] },
      data: { array: element },
      has_more: 'boolean',
      url: 'string',
      ...(isSearch ? { next_page: { union: ['null', 'string'] } as const } : {}),
    },
    required: ['object', 'data', 'has_more', 'url', ...(isSearch ? ['next_page'] : [])],
  }
}

/** A page of API v2, which names the pages beside it. */
export function v2ListSchema(element: Schema): Schema {
  const url: Schema = { union: ['null', 'string'] }
  return {
    hash: { data: { array: element }, next_page_url: url, previous_page_url: url },
    required: ['data', 'next_page_url', 'previous_page_url'],
  }
}

/** The one value of an interface's `object` property: `customer`. */
export function objectNameOf(type: ts.Type): string | undefined {
  const property = type.getProperty('object')
  const declaration = property?.valueDeclaration
  const literal = declaration && checker.getTypeOfSymbolAtLocation(property, declaration)
  return literal?.isStringLiteral() ? literal.value : undefined
}

/** `deleted?: void` on a live object: never there. */
function isVoidOnly(type: ts.Type): boolean {
  const members = type.isUnion() ? type.types : [type]
  return members.every((member) => member.flags & (ts.TypeFlags.Void | ts.TypeFlags.Undefined))
}

function isOfV2(symbol: ts.Symbol): boolean {
  return symbol.declarations?.some((node) => node.getSourceFile().fileName.includes('/V2/')) ?? false
}

/** The SDK's `string & {}`: "a value newer than these types". */
function isOtherString(type: ts.Type): boolean {
  return type.isIntersection() && type.types.some((member) => member.flags & ts.TypeFlags.String)
}
