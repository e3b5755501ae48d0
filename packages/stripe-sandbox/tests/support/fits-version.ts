import olderFields from './generated/older-fields.json' with { type: 'json' }

type Hash = Record<string, unknown>

// A boundary: scripts/generate-versions.ts writes exactly this shape.
const fieldsOf = olderFields as unknown as Record<string, Record<string, Record<string, boolean>>>

/** The last version of each older name: those whose fields are known here. */
export const olderVersions = Object.keys(fieldsOf)

/**
 * What is wrong with an object at an older API version, by the types of the SDK that pinned it: fields that it did not have,
 * and fields that it always had. Empty when nothing is. Values are not looked at.
 */
export function misfits(object: unknown, version: string, path = '$'): string[] {
  if (Array.isArray(object)) return object.flatMap((each, n) => misfits(each, version, `${path}[${n}]`))
  if (!isHash(object)) return [`${path}: not an object`]
  if (object.object === 'list') return misfits(object.data, version, `${path}.data`)
  const fields = fieldsOf[version]?.[String(object.object)]
  return fields
    ? inHash(object, fields, '', version, path)
    : [`${path}: no ${String(object.object)} at ${version}`]
}

function inHash(
  hash: Hash,
  fields: Record<string, boolean>,
  prefix: string,
  version: string,
  path: string,
): string[] {
  const missing = Object.keys(fields).filter(
    (key) => key.startsWith(prefix) && !key.slice(prefix.length).includes('.') && fields[key],
  )
  return [
    ...missing.filter((key) => !(key.slice(prefix.length) in hash)).map((key) => `${path}.${key}: missing`),
    ...Object.entries(hash).flatMap(([key, value]) => {
      const place = `${prefix}${key}`
      if (!(place in fields)) return [`${path}.${place}: no field of ${version}`]
      return inValue(value, fields, place, version, path)
    }),
  ]
}

function inValue(
  value: unknown,
  fields: Record<string, boolean>,
  place: string,
  version: string,
  path: string,
): string[] {
  if (Array.isArray(value)) return value.flatMap((each) => inValue(each, fields, place, version, path))
  if (!isHash(value)) return []
  if (typeof value.object === 'string') return misfits(value, version, `${path}.${place}`)
  // What has no fields of its own is a map, such as metadata.
  const isPlain = Object.keys(fields).some((key) => key.startsWith(`${place}.`))
  return isPlain ? inHash(value, fields, `${place}.`, version, path) : []
}

function isHash(value: unknown): value is Hash {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
