import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Schedule } from './schedule.ts'

const DIRECTORY = join(import.meta.dirname, 'cases')

/** A schedule that failed once, or that fails without one of the safeguards. */
export interface KeptCase {
  /** What it found. */
  found: string
  schedule: Schedule
}

/** By file name, which is the sentence of the test. */
export function readCases(): [name: string, kept: KeptCase][] {
  if (!existsSync(DIRECTORY)) return []
  const files = readdirSync(DIRECTORY).filter((name) => name.endsWith('.json'))
  // Written by keepCase.
  return files.map((name) => [
    name.replace(/\.json$/, ''),
    JSON.parse(readFileSync(join(DIRECTORY, name), 'utf8')) as KeptCase,
  ])
}

/** Returns the path. */
export function keepCase(name: string, kept: KeptCase): string {
  mkdirSync(DIRECTORY, { recursive: true })
  const path = join(DIRECTORY, `${name}.json`)
  writeFileSync(path, `${JSON.stringify(kept, null, 2)}\n`)
  return path
}
