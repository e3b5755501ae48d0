import { parameterInvalid } from './error-catalogue.ts'

/** How a field of the query language reads an object; null or undefined matches nothing. */
export type SearchFields<T> = {
  readonly [field: string]: {
    kind: 'text' | 'number'
    read: (object: T) => string | number | null | undefined
  }
}

interface Clause {
  isNegated: boolean
  field: string
  /** The key in `metadata["key"]`. */
  key: string | undefined
  operator: string
  value: string | number | null
}

const clausePattern =
  /\s*(-)?\s*([a-z_.]+)(?:\[\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\s*\])?\s*(:|~|>=|<=|>|<)\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(null|-?\d+))\s*/iy
const joinPattern = /(AND|OR)\b|\s*/iy

/**
 * Compiles Stripe's search query language: `email:"a@b.c" AND -metadata["team"]:null`. `:` is equality, `~` a substring of
 * at least three characters, `<`, `>`, `<=`, `>=` compare numbers; AND and OR cannot be mixed.
 */
export function compileQuery<T extends { metadata?: Record<string, string> | null }>(
  query: string,
  fields: SearchFields<T>,
): (object: T) => boolean {
  const { clauses, isAny } = parse(query)
  for (const clause of clauses) check(clause, fields)
  const matches = (object: T) => (clause: Clause) =>
    matchesClause(object, clause, fields) !== clause.isNegated
  return (object) => (isAny ? clauses.some(matches(object)) : clauses.every(matches(object)))
}

function parse(query: string): { clauses: Clause[]; isAny: boolean } {
  const clauses: Clause[] = []
  const joins = new Set<string>()
  let at = 0
  while (at < query.length || clauses.length === 0) {
    clausePattern.lastIndex = at
    const found = clausePattern.exec(query)
    if (!found) throw malformed(query)
    const [, minus, field = '', key1, key2, operator = '', text1, text2, word] = found
    const text = text1 ?? text2
    const value = text === undefined ? (word === 'null' ? null : Number(word)) : unescaped(text)
    const key = key1 ?? key2
    clauses.push({
      isNegated: minus !== undefined,
      field,
      key: key === undefined ? undefined : unescaped(key),
      operator,
      value,
    })
    at = clausePattern.lastIndex
    joinPattern.lastIndex = at
    const join = joinPattern.exec(query)?.[1]
    if (at < query.length) joins.add(join?.toUpperCase() ?? 'AND')
    at = join ? joinPattern.lastIndex : at
    if (join && query.slice(at).trim() === '') throw malformed(query)
  }
  if (joins.size > 1) {
    throw parameterInvalid('query', 'Search queries can use AND or OR, but not both in the same query.')
  }
  return { clauses, isAny: joins.has('OR') }
}

function check<T>(clause: Clause, fields: SearchFields<T>): void {
  if (clause.field === 'metadata' && clause.key !== undefined) return
  const field = Object.hasOwn(fields, clause.field) ? fields[clause.field] : undefined
  if (!field || clause.key !== undefined) {
    throw parameterInvalid(
      'query',
      `Field \`${clause.field}\` is an unsupported search field for this resource.`,
    )
  }
  if (field.kind === 'text' && ['>', '<', '>=', '<='].includes(clause.operator)) {
    throw parameterInvalid(
      'query',
      `Field \`${clause.field}\` does not support the operator \`${clause.operator}\`.`,
    )
  }
  if (clause.operator === '~' && (field.kind !== 'text' || String(clause.value).length < 3)) {
    throw parameterInvalid(
      'query',
      `Substring matches on \`${clause.field}\` need a text of at least 3 characters.`,
    )
  }
}

function matchesClause<T extends { metadata?: Record<string, string> | null }>(
  object: T,
  clause: Clause,
  fields: SearchFields<T>,
): boolean {
  const actual = clause.key === undefined ? fields[clause.field]?.read(object) : object.metadata?.[clause.key]
  if (clause.value === null) return actual === null || actual === undefined
  if (actual === null || actual === undefined) return false
  if (typeof actual === 'string') {
    const text = actual.toLowerCase()
    const wanted = String(clause.value).toLowerCase()
    return clause.operator === '~' ? text.includes(wanted) : text === wanted
  }
  const wanted = Number(clause.value)
  if (clause.operator === '>') return actual > wanted
  if (clause.operator === '<') return actual < wanted
  if (clause.operator === '>=') return actual >= wanted
  if (clause.operator === '<=') return actual <= wanted
  return actual === wanted
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(.)/g, '$1')
}

function malformed(query: string) {
  return parameterInvalid('query', `We were unable to parse your search query: ${query}`)
}
