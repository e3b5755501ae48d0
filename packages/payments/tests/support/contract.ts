import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const CONTRACT = join(import.meta.dirname, '../../../../docs/contract/payments-api.txt')

export interface ContractEndpoint {
  /** As the contract writes it: `GET /payments/get-plans`. */
  endpoint: string
  /** The example of the request's body, if there is one. */
  request: unknown
  /** Each example of an answer, in the order of the contract. */
  responses: unknown[]
}

/** Every endpoint of the contract with its examples, read out of the text that the user wrote. */
export function contractEndpoints(): Map<string, ContractEndpoint> {
  const endpoints = new Map<string, ContractEndpoint>()
  let current: ContractEndpoint | null = null
  let part: 'request' | 'response' | null = null
  const lines = readFileSync(CONTRACT, 'utf8').split('\n')
  // The examples of client code come after this heading.
  const end = lines.indexOf('Integration Examples')
  for (let index = 0; index < end; index++) {
    const line = lines[index] ?? ''
    if (/^(GET|POST|DELETE) \/payments\//.test(line)) {
      current = { endpoint: line, request: undefined, responses: [] }
      endpoints.set(line, current)
      part = null
    } else if (line === 'Request Body:') part = 'request'
    else if (line === 'Response:') part = 'response'
    else if (current && part && (line === '{' || line === '[')) {
      const last = closingLine(lines, index)
      const example: unknown = JSON.parse(lines.slice(index, last + 1).join('\n'))
      if (part === 'request') current.request = example
      else current.responses.push(example)
      index = last
    }
  }
  return endpoints
}

/** The example answers of one endpoint. */
export function contractResponses(endpoint: string): unknown[] {
  const found = contractEndpoints().get(endpoint)
  if (!found) throw new Error(`The contract has no ${endpoint}`)
  return found.responses
}

function closingLine(lines: string[], first: number): number {
  let depth = 0
  for (let index = first; index < lines.length; index++) {
    for (const sign of (lines[index] ?? '').replace(/"(?:[^"\\]|\\.)*"/g, '')) {
      if (sign === '{' || sign === '[') depth += 1
      if (sign === '}' || sign === ']') depth -= 1
    }
    if (depth === 0) return index
  }
  throw new Error('An example in the contract does not end')
}

/** The same fields with the same types of value, all the way down. What an example's empty object may hold is not said. */
export function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf)
  if (value === null || typeof value !== 'object') return value === null ? 'null' : typeof value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([name, field]) => [name, shapeOf(field)]),
  )
}
