import { readFileSync } from 'node:fs'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Sandbox, SandboxOptions } from '../create-sandbox.ts'
import { parseFixtures } from '../fixtures/fixture-file.ts'
import { orEnd } from './or-end.ts'

interface Flags {
  port: number
  host: string
  dataDir?: string
  apiKey: string
  webhookUrl?: string
  webhookSecret?: string
  apiVersion?: string
  seed: 'demo' | 'none'
  fixtures?: string
  inspector: boolean
}

/** `stripe-sandbox` without a command: starts one. */
export function startCommand(command: Command): Command {
  return (
    command
      .description(
        'A local Stripe: the API, the hosted pages and the signed webhooks, on your machine and without an account.',
      )
      // So that a command of the same name as a flag's value is one.
      .enablePositionalOptions()
      .option('--port <number>', 'port to listen on; 0 takes a free one', portNumber, 12_111)
      .option('--host <address>', 'address to listen on', '127.0.0.1')
      .option('--data-dir <path>', 'keep the state here across restarts (default: in memory only)')
      .option('--api-key <key>', 'the secret key to accept', 'sk_test_sandbox')
      .option('--webhook-url <url>', 'deliver every event here, signed')
      .option('--webhook-secret <secret>', 'sign with this secret (default: a new one, printed)')
      .option('--api-version <version>', "the account's default API version, for events (default: the SDK's)")
      .addOption(
        new Option('--seed <catalogue>', 'what an empty store begins with')
          .choices(['demo', 'none'])
          .default('none'),
      )
      .option(
        '--fixtures <file>',
        "fill an empty store with the calls of this file, in the format of Stripe's CLI",
      )
      .option(
        '--no-inspector',
        'leave out the inspector at /, which shows everything to who can reach the port',
      )
      .addHelpText(
        'after',
        `
Examples:
  stripe-sandbox --seed demo
  stripe-sandbox --data-dir .stripe --webhook-url http://localhost:8000/webhook --webhook-secret whsec_local
  stripe-sandbox listen --forward-to http://localhost:8000/webhook
  stripe-sandbox trigger invoice.payment_failed
  curl http://127.0.0.1:12111/v1/products -u sk_test_sandbox:`,
      )
      .action((flags: Flags) => start(command, flags))
  )
}

async function start(command: Command, flags: Flags): Promise<void> {
  if (flags.webhookSecret !== undefined && flags.webhookUrl === undefined) {
    command.error('error: --webhook-secret needs --webhook-url')
  }
  const sandbox = await orEnd(command, async () => {
    // Not with the others at the top: the other commands, and --help, work without it and answer in a third of the time.
    const { createSandbox } = await import('../create-sandbox.ts')
    return createSandbox(optionsOf(flags))
  })
  process.stdout.write(greeting(sandbox, flags))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sandbox.close())
}

function optionsOf(flags: Flags): SandboxOptions {
  return {
    port: flags.port,
    host: flags.host,
    apiKey: flags.apiKey,
    seed: flags.seed,
    inspector: flags.inspector,
    ...(flags.fixtures === undefined
      ? {}
      : { fixtures: parseFixtures(readFileSync(flags.fixtures, 'utf8')) }),
    ...(flags.dataDir === undefined ? {} : { dataDir: flags.dataDir }),
    ...(flags.apiVersion === undefined ? {} : { apiVersion: flags.apiVersion }),
    ...(flags.webhookUrl === undefined
      ? {}
      : {
          webhook: {
            url: flags.webhookUrl,
            ...(flags.webhookSecret === undefined ? {} : { secret: flags.webhookSecret }),
          },
        }),
  }
}

function greeting(sandbox: Sandbox, flags: Flags): string {
  const webhook =
    sandbox.webhookSecret === null
      ? '  Webhooks         none (--webhook-url, `stripe-sandbox listen`, or an endpoint made through the API)\n'
      : `  Webhooks         ${flags.webhookUrl}\n  Signing secret   ${sandbox.webhookSecret}\n`
  return `Stripe sandbox
  API              ${sandbox.url}  (host ${sandbox.host}, port ${sandbox.port}, protocol ${sandbox.protocol})
${flags.inspector ? `  Inspector        ${sandbox.url}/\n` : ''}  Secret key       ${sandbox.apiKey}
  Publishable key  ${sandbox.publishableKey}
${webhook}  State            ${flags.dataDir ?? 'in memory, gone when this ends'}

Test cards, with any future expiry and CVC:
  4242 4242 4242 4242   pays
  4000 0000 0000 0002   is declined
  4000 0000 0000 3220   asks for authentication

Ctrl-C ends it.
`
}

function portNumber(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new InvalidArgumentError('0 to 65535.')
  return port
}
