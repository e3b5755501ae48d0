import generated from '../generated/absent-fields.json' with { type: 'json' }
import { apiVersions } from './api-version.ts'

type Hash = Record<string, unknown>

// A boundary: scripts/generate-versions.ts writes exactly this shape, `[first version without, next version with]`.
const absent = generated.absent as unknown as Record<string, Record<string, readonly [string, string]>>

/** Takes from an object what its kind did not have at a version. Changes nothing in place. */
export function withoutAbsentFields(object: Hash, version: string): Hash {
  const paths = absentPaths(String(object.object), version)
  return paths.reduce((kept, path) => without(kept, path.split('.')), object)
}

/** Whether a kind of object existed at a version: its events go to nobody before that. */
export function existedAt(objectName: string, version: string): boolean {
  return !absentPaths(objectName, version).includes('id')
}

const remembered = new Map<string, readonly string[]>()

function absentPaths(objectName: string, version: string): readonly string[] {
  const key = `${version} ${objectName}`
  let paths = remembered.get(key)
  if (paths === undefined) {
    const at = apiVersions.indexOf(version)
    paths = Object.entries(absent[objectName] ?? {})
      .filter(([, [from, until]]) => apiVersions.indexOf(from) <= at && at < apiVersions.indexOf(until))
      .map(([path]) => path)
    remembered.set(key, paths)
  }
  return paths
}

function without(holder: Hash, [key = '', ...rest]: readonly string[]): Hash {
  if (!(key in holder)) return holder
  if (rest.length === 0) {
    const { [key]: _, ...kept } = holder
    return kept
  }
  const value = holder[key]
  if (Array.isArray(value))
    return { ...holder, [key]: value.map((each) => (isHash(each) ? without(each, rest) : each)) }
  return isHash(value) ? { ...holder, [key]: without(value, rest) } : holder
}

function isHash(value: unknown): value is Hash {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
