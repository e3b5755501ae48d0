// Writes which fields Stripe's objects had at which API version, read from the types of the SDK that pinned each of them:
//   src/generated/absent-fields.json           object → field → from and until which versions it was not there
//   tests/support/generated/older-fields.json  the fields of every object at the last version of each older name
// Fetches the older SDKs from the registry into the machine's temporary folder, once (about 2 minutes, then 1).
//
//   node packages/stripe-sandbox/scripts/generate-versions.ts
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fieldsOfObjects } from './sdk-fields.ts'
import { writeGenerated } from './write-generated.ts'

/** The first SDK of every API version since the last acacia; the installed one comes after them. */
const sdks = [
  ...['17.7.0', '18.0.0', '18.1.0', '18.2.0', '18.3.0', '18.4.0', '18.5.0', '19.0.0', '19.2.0', '20.0.0'],
  ...['20.1.0', '20.3.0', '20.4.0', '21.0.0', '22.1.0', '22.2.0', '22.3.0', '22.4.0', '22.6.0', '23.0.0'],
]

/** The sandbox's objects, and those that may lie inside them. */
const objects = new Set([
  ...[
    'billing_portal.configuration',
    'billing_portal.session',
    'charge',
    'checkout.session',
    'coupon',
    'customer',
  ],
  ...[
    'discount',
    'event',
    'invoice',
    'invoice_payment',
    'invoiceitem',
    'item',
    'line_item',
    'payment_intent',
  ],
  ...[
    'payment_method',
    'plan',
    'price',
    'product',
    'promotion_code',
    'refund',
    'setup_intent',
    'subscription',
  ],
  ...[
    'subscription_item',
    'subscription_schedule',
    'tax_rate',
    'test_helpers.test_clock',
    'webhook_endpoint',
  ],
  ...['credit_note', 'credit_note_line_item', 'customer_balance_transaction'],
  ...['balance', 'balance_transaction', 'dispute', 'radar.early_fraud_warning'],
])

const installed = dirname(dirname(fileURLToPath(import.meta.resolve('stripe'))))
const read = [...sdks.map(fetched), installed].map((folder) => ({
  version: apiVersionOf(folder),
  fields: fieldsOfObjects(typeFiles(folder), objects),
}))
const newest = read.at(-1)
if (newest === undefined) throw new Error('the installed SDK is always read')

writeAbsentFields(newest.fields)
writeOlderFields(newest.version)

/** For each field of today: the versions of which it was not a part, `[first, next that has it]`. */
function writeAbsentFields(fieldsNow: (typeof read)[number]['fields']): void {
  const absent: Record<string, Record<string, [string, string]>> = {}
  for (const [object, fields] of Object.entries(fieldsNow).sort(([a], [b]) => byText(a, b))) {
    const has = (path: string, n: number): boolean => read[n]?.fields[object]?.[path] !== undefined
    const found: Record<string, [string, string]> = {}
    for (const path of Object.keys(fields).sort(byText)) {
      const last = read.findLastIndex((_, n) => !has(path, n))
      let first = last
      while (first > 0 && !has(path, first - 1)) first -= 1
      const [from, until] = [read[first]?.version, read[last + 1]?.version]
      if (from === undefined || until === undefined) continue
      // What lies in a field that is not there needs no line of its own.
      const holder = parentsOf(path).find((parent) => found[parent]?.[1] === until)
      if (holder === undefined) found[path] = [from, until]
    }
    if (Object.keys(found).length > 0) absent[object] = found
  }
  write('src/generated/absent-fields.json', { versions: read.map(({ version }) => version), absent })
}

/** By object; the details of payment methods other than cards are left out. */
function writeOlderFields(newestVersion: string): void {
  const last = new Map(read.map((each) => [each.version.split('.')[1], each]))
  const isWritten = (path: string): boolean =>
    !/payment_method_(options|details)\.(?!card\.|card$|type$)/.test(path)
  const older = [...last.values()].filter(({ version }) => version !== newestVersion)
  write(
    'tests/support/generated/older-fields.json',
    Object.fromEntries(
      older.map(({ version, fields }) => [
        version,
        Object.fromEntries(
          Object.entries(fields).map(([object, paths]) => [
            object,
            Object.fromEntries(Object.entries(paths).filter(([path]) => isWritten(path))),
          ]),
        ),
      ]),
    ),
  )
}

function fetched(sdk: string): string {
  const folder = join(tmpdir(), 'stripe-sdks', sdk)
  if (!existsSync(join(folder, 'package'))) {
    mkdirSync(folder, { recursive: true })
    execFileSync('npm', ['pack', `stripe@${sdk}`, '--silent'], { cwd: folder })
    execFileSync('tar', ['xzf', `stripe-${sdk}.tgz`], { cwd: folder })
  }
  return join(folder, 'package')
}

/** Up to 21 the types lay in a folder of their own. */
function typeFiles(folder: string): string[] {
  const own = join(folder, 'types')
  const root = existsSync(own) ? own : join(folder, 'esm')
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.d.ts'))
    .map((file) => join(root, file))
}

function apiVersionOf(folder: string): string {
  const version = /ApiVersion = '([^']+)'/.exec(readFileSync(join(folder, 'esm/apiVersion.js'), 'utf8'))?.[1]
  if (version === undefined) throw new Error(`${folder} pins no API version`)
  return version
}

function parentsOf(path: string): string[] {
  const parts = path.split('.')
  return parts.slice(1).map((_, n) => parts.slice(0, n + 1).join('.'))
}

function byText(a: string, b: string): number {
  return a < b ? -1 : 1
}

function write(file: string, content: Readonly<Record<string, unknown>>): void {
  writeGenerated(join(import.meta.dirname, '..', file), content)
}
