import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Writes a generated file with one entry per line, those of a record in the order of their names: two branches that each add a
 * route change different lines.
 */
export function writeGenerated(file: string, content: Readonly<Record<string, unknown>>): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, generatedText(content))
}

/** Records of records have a line for each inner entry; what lies deeper stays on that line, so that the file stays small. */
export function generatedText(content: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(content).map(([name, part]) => `${JSON.stringify(name)}:${linesOf(part)}`)
  return `{\n${parts.join(',\n')}\n}\n`
}

function linesOf(part: unknown): string {
  if (!isRecord(part)) return JSON.stringify(part)
  const entries = Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))
  const lines = entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`)
  return lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n}`
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
