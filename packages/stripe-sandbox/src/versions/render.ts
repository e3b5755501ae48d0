import { withoutAbsentFields } from './absent-fields.ts'
import { apiVersions, nameOfVersion, versionNames } from './api-version.ts'
import type { Past, Step } from './step.ts'
import { basilToAcacia } from './steps/basil-to-acacia.ts'
import { cloverToBasil } from './steps/clover-to-basil.ts'
import { dahliaToClover } from './steps/dahlia-to-clover.ts'
import { endiveToDahlia } from './steps/endive-to-dahlia.ts'

type Hash = Record<string, unknown>

/** The step that leads to a name, from the name after it. */
const stepTo: Partial<Record<(typeof versionNames)[number], Step>> = {
  dahlia: endiveToDahlia,
  clover: dahliaToClover,
  basil: cloverToBasil,
  acacia: basilToAcacia,
}

/**
 * An answer or a snapshot in the shape of an older API version: an object, a list, and whatever lies inside. The steps are
 * taken one after the other, from today's shape, then what the version did not have yet is left out. Nothing is changed
 * in place; at the newest version the same object comes back.
 * @param version one of `apiVersions`.
 */
export function render(object: object, version: string, past: Past): object {
  if (version === apiVersions.at(-1)) return object
  const target = versionNames.indexOf(nameOfVersion(version))
  let rendered: unknown = object
  for (const name of versionNames.slice(target).reverse()) {
    const step = stepTo[name]
    if (step) rendered = everywhere(rendered, (hash) => taken(step, hash, past))
  }
  // A boundary of the type system: a hash stays a hash.
  return everywhere(rendered, (hash) => withoutAbsentFields(hash, version)) as object
}

/** Changes each of Stripe's objects in a tree, the outer one first: what it adds is changed with the rest. */
function everywhere(value: unknown, change: (hash: Hash) => Hash): unknown {
  if (Array.isArray(value)) return value.map((each) => everywhere(each, change))
  if (typeof value !== 'object' || value === null) return value
  const hash = value as Hash
  // An event keeps the shape that it was made in: what lies inside is another version's.
  if (hash.object === 'event') return change(hash)
  const changed = typeof hash.object === 'string' ? change(hash) : hash
  return Object.fromEntries(Object.entries(changed).map(([key, entry]) => [key, everywhere(entry, change)]))
}

function taken(step: Step, hash: Hash, past: Past): Hash {
  // A boundary: `object` names the kind, and the steps are typed by it.
  const change = step[hash.object as keyof Step] as ((object: Hash, past: Past) => object) | undefined
  return change ? (change(hash, past) as Hash) : hash
}
