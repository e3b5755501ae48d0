import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { KEY_RIGHTS, type KeyRight } from '../../src/stripe/key-rights.ts'
import { sourceFiles } from './source-files.ts'

const repository = join(import.meta.dirname, '../../../..')
const READS = ['list', 'retrieve', 'retrieveCurrent', 'listLineItems']

/** `member.method` of every call of a Stripe client in the product. The laptop's own sandbox is asked with the key of that sandbox. */
const calls = sourceFiles()
  .filter(({ path }) => path.startsWith('packages/payments/src/') && !path.endsWith('.test.ts'))
  .filter(({ path }) => !path.endsWith('/laptop/forget-old-endpoints.ts'))
  .flatMap(({ text }) => [...text.matchAll(/\b(?:stripe|account)((?:\s*\.\s*[a-zA-Z]+){2,})\s*\(/g)])
  .map(([, path = '']) => path.replace(/\s/g, '').slice(1))
  // An option of ours beside the client, and what stands before it.
  .filter((call) => !/^(webhookSecrets|account)\./.test(call))

function rightsOf(call: string): readonly KeyRight[] {
  const [member, method] = [call.slice(0, call.lastIndexOf('.')), call.slice(call.lastIndexOf('.') + 1)]
  return KEY_RIGHTS.filter(
    ({ members, access }) => members.includes(member) && (access === 'write' || READS.includes(method)),
  )
}

test('every call of Stripe has its right in the list', () => {
  expect(calls).toContain('radar.earlyFraudWarnings.retrieve')
  expect(calls).toContain('checkout.sessions.listLineItems')
  expect([...new Set(calls)].filter((call) => rightsOf(call).length === 0)).toEqual([])
})

test('no right is in the list that nothing needs', () => {
  const idle = KEY_RIGHTS.filter((right) => {
    const needs = calls.filter((call) => rightsOf(call).includes(right))
    const needsAsMuch = (call: string) =>
      right.access === 'read' || !READS.includes(call.split('.').at(-1) ?? '')
    return !needs.some(needsAsMuch)
  })
  expect(idle).toEqual([])
})

test.each(['docs/2-going-live.md', 'SECURITY.md'])('%s names every right of a restricted key', (path) => {
  const text = readFileSync(join(repository, path), 'utf8').replace(/\s+/g, ' ')
  const listed = (access: KeyRight['access']) => new RegExp(`\\*${access}\\* for ([^;.]*)`).exec(text)?.[1]
  const always = KEY_RIGHTS.filter(({ onlyFor, isDispensable }) => onlyFor === undefined && !isDispensable)
  for (const access of ['write', 'read'] as const) {
    const names = always.filter((right) => right.access === access).map(({ name }) => name)
    expect(listed(access)?.split(', ')).toEqual(names)
  }
  for (const { name, access, onlyFor } of KEY_RIGHTS.filter((right) => right.onlyFor !== undefined)) {
    expect(text).toContain(`*${access}* for ${name} with \`${onlyFor}\``)
  }
  for (const { name, access } of KEY_RIGHTS.filter((right) => right.isDispensable)) {
    expect(text).toContain(`*${access}* for ${name} where the form has it`)
  }
})
