import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signedHeaders } from '../../src/outbox/sign.ts'

const run = promisify(execFile)
const reference = readFileSync(join(import.meta.dirname, '../../../../docs/reference/app-events.md'), 'utf8')
const [OLD, NEW, OTHER] = ['old', 'new', 'other'].map(
  (word) => `whsec_${Buffer.alloc(32, word).toString('base64')}`,
) as [string, string, string]
const NOW_SECONDS = 1_795_000_000
const body = JSON.stringify({ id: 'msg_0193a1c46f5e_42', data: { name: 'Zoë' } })
const headers = signedHeaders([NEW, OLD], {
  ...{ id: 'msg_0193a1c46f5e_42', body },
  at: new Date(NOW_SECONDS * 1000),
})

interface Case {
  body: string
  headers: Record<string, string>
  secret: string
  nowSeconds: number
}
const genuine: Case = { body, headers, secret: NEW, nowSeconds: NOW_SECONDS + 299 }
const CASES: [what: string, isOurs: boolean, each: Case][] = [
  ['a genuine delivery', true, genuine],
  ['one verified with the old secret', true, { ...genuine, secret: OLD }],
  ['another secret', false, { ...genuine, secret: OTHER }],
  ['a changed body', false, { ...genuine, body: body.replace('42', '43') }],
  ['another id', false, { ...genuine, headers: { ...headers, 'webhook-id': 'msg_0193a1c46f5e_43' } }],
  ['one that is too old', false, { ...genuine, nowSeconds: NOW_SECONDS + 301 }],
  ['no signature', false, { ...genuine, headers: { ...headers, 'webhook-signature': '' } }],
  ['no headers', false, { ...genuine, headers: {} }],
]

let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'billhook-snippets-'))
  await writeFile(join(directory, 'verified.mjs'), block('js'))
  await writeFile(join(directory, 'verified.py'), block('python'))
})
afterAll(() => rm(directory, { recursive: true }))

function block(language: string): string {
  return new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(reference)?.[1] ?? ''
}

describe('the snippet in the reference', () => {
  test('for Node tells genuine deliveries from others', async () => {
    const { verified } = await import(join(directory, 'verified.mjs'))
    const judged = CASES.map(([what, , each]) => [
      what,
      verified(each.body, each.headers, each.secret, each.nowSeconds) !== null,
    ])
    expect(judged).toEqual(CASES.map(([what, isOurs]) => [what, isOurs]))
    expect(verified(body, headers, NEW, NOW_SECONDS)).toEqual(JSON.parse(body))
  })

  test('for Python tells them the same way', async () => {
    const script = `
import json, sys
from verified import verified
cases = json.loads(sys.argv[1])
print(json.dumps([verified(c["body"].encode(), c["headers"], c["secret"], c["nowSeconds"]) is not None for c in cases]))`
    const cases = JSON.stringify(CASES.map(([, , each]) => each))
    const { stdout } = await run('python3', ['-c', script, cases], { cwd: directory })
    expect(JSON.parse(stdout)).toEqual(CASES.map(([, isOurs]) => isOurs))
  })
})
