import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

interface Lockfile {
  packages: Record<
    string,
    { resolved?: string; link?: boolean; optionalDependencies?: Record<string, string> }
  >
}

const REPOSITORY = resolve(import.meta.dirname, '../../../..')
const lockfile = JSON.parse(readFileSync(join(REPOSITORY, 'package-lock.json'), 'utf8')) as Lockfile

test('the lockfile names no registry', () => {
  const addressed = Object.entries(lockfile.packages).filter(([, { resolved }]) => resolved?.includes('://'))
  expect(addressed.map(([path]) => path)).toEqual([])
})

test('the lockfile knows every platform: `npm ci` refuses one that leaves an optional package out', () => {
  const missing = Object.entries(lockfile.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !isLocked(path, name))
      .map((name) => `${path}: ${name}`),
  )
  expect(missing).toEqual([])
})

/** Node's resolution: beside the package, or in any node_modules above it. */
function isLocked(from: string, name: string): boolean {
  const folders = from.split('/')
  return folders
    .map((_, index) => folders.slice(0, folders.length - index).join('/'))
    .concat('')
    .some((folder) => `${folder === '' ? '' : `${folder}/`}node_modules/${name}` in lockfile.packages)
}
