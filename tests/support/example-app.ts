import { createSandbox, type Sandbox } from 'stripe-sandbox'
import { afterAll, beforeAll, expect, vi } from 'vitest'
import { runNode, type TestProcess } from '../../packages/payments/tests/support/child-process.ts'
import { useDatabase } from '../../packages/payments/tests/support/database.ts'
import { findFreePort } from '../../packages/payments/tests/support/free-port.ts'

export interface ExampleApp {
  readonly url: string
  /** All that it has written so far. */
  output(): string
  /** Asks it to end, as a process supervisor does, and answers how it did. */
  stop(): Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

/**
 * Runs an example of this repository as its README says, on a database and a sandbox of this file's own, the sandbox's webhooks
 * pointed at it; `isReadyAt` is a path that it answers when it is up.
 */
export function useExampleApp(options: {
  file: string
  args?: (port: number) => string[]
  cwd: string
  env?: Record<string, string>
  isReadyAt: string
}): ExampleApp {
  const database = useDatabase()
  let sandbox: Sandbox | null = null
  let app: TestProcess | null = null
  let url = ''

  beforeAll(async () => {
    const port = await findFreePort()
    url = `http://localhost:${port}`
    const webhookSecret = 'whsec_of_the_example_test'
    sandbox = await createSandbox({
      seed: 'demo',
      webhook: { url: `http://localhost:${port}/payments/webhook`, secret: webhookSecret },
    })
    app = runNode(options.file, options.args?.(port) ?? [], {
      cwd: options.cwd,
      env: {
        DATABASE_URL: database.url,
        STRIPE_SECRET_KEY: sandbox.apiKey,
        STRIPE_API_BASE: sandbox.url,
        WEBHOOK_SECRET: webhookSecret,
        FRONTEND_URL: url,
        PORT: String(port),
        ...options.env,
      },
    })
    const running = app
    const ready = vi.waitFor(
      async () => expect((await fetch(url + options.isReadyAt)).status).toBe(200),
      50_000,
    )
    const ended = running.exited.then(({ code }) => {
      throw new Error(`The example ended with ${code}:\n${running.output()}`)
    })
    await Promise.race([ready, ended])
  })

  afterAll(async () => {
    // Not SIGKILL: an example may have children of its own, and ends them when it is asked to.
    app?.child.kill('SIGTERM')
    await app?.exited
    await sandbox?.close()
  })

  return {
    get url() {
      return url
    },
    output: () => app?.output() ?? '',
    async stop() {
      if (app === null) throw new Error('The example runs from beforeAll on.')
      app.child.kill('SIGTERM')
      return await app.exited
    },
  }
}
