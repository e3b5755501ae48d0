import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

// What one process has compiled, the others need not: neither the workers nor the servers and commands that tests start.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/compiled')

/** Two projects, so that files that need no database do not wait for one. */
export default defineConfig({
  test: {
    pool: 'forks',
    // Files share the modules of their process, as they share PostgreSQL: loading the SDK and the local Stripe anew takes longer than
    // most files do. No file changes a module or the environment for the others.
    isolate: false,
    // Node runs our TypeScript as it stands, here as in production; nothing is transformed for the tests.
    experimental: { viteModuleRunner: false },
    // Half of the time a test waits for a process, a page or a webhook; the default leaves a machine of two cores half idle.
    maxWorkers: 2,
    testTimeout: 20_000,
    // A condition that is waited for may come late on a busy machine.
    expect: { poll: { timeout: 15_000 } },
    hookTimeout: 60_000,
    setupFiles: ['packages/stripe-sandbox/tests/support/conformance-setup.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'payments',
          include: [
            'packages/payments/{src,tests}/**/*.test.ts',
            'tests/**/*.test.ts',
            'examples/*/**/*.test.ts',
            'bench/**/*.test.ts',
          ],
          exclude: ['**/node_modules/**', 'packages/payments/tests/house/**'],
          setupFiles: ['packages/payments/tests/support/well-formed-requests.ts'],
          globalSetup: ['packages/payments/tests/support/global-setup.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'without-database',
          include: [
            'packages/{stripe-sandbox,web}/{src,tests}/**/*.test.{ts,tsx}',
            'packages/payments/tests/house/**/*.test.ts',
          ],
        },
      },
    ],
  },
})
