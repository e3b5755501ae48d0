import { Command, CommanderError } from 'commander'
import { explainFailure } from './explain-failure.ts'

/** What a file in commands/ exports: it adds its options and what it does to a command that has its name already. */
export interface CommandModule {
  define(command: Command): void
}

/** Loaded only when asked for, so that `--help` is instant. */
const COMMANDS: [name: string, about: string, load: () => Promise<CommandModule>][] = [
  [
    'dev',
    'run everything on this machine: database, local Stripe, demo shop',
    () => import('./commands/dev.ts'),
  ],
  ['serve', 'run the service, configured by the environment', () => import('./commands/serve.ts')],
  ['token', 'print an access token for a script', () => import('./commands/token.ts')],
  [
    'doctor',
    'check keys, database, webhook endpoint, portal and catalogue; say what to do',
    () => import('./commands/doctor.ts'),
  ],
  ['sync', 'bring the mirror up to date with Stripe', () => import('./commands/sync.ts')],
  ['events', 'list, show, retry and ignore the events of the inbox', () => import('./commands/events.ts')],
  ['drift', 'list where the mirror differed from Stripe', () => import('./commands/drift.ts')],
  [
    'duplicates',
    'list and show owners who had several subscriptions, and what was done',
    () => import('./commands/duplicates.ts'),
  ],
  ['outbox', 'list, show, retry and replay what the app is told', () => import('./commands/outbox.ts')],
  ['migrate', 'bring the database to the newest schema', () => import('./commands/migrate.ts')],
]

/** Runs one command and answers the exit code: 0 done, 1 it failed, 2 the command line is wrong. */
export async function main(args: string[]): Promise<number> {
  const program = new Command('billhook')
    .description('Payments on Stripe: subscriptions, purchases, portal, history and webhooks.')
    // Not `--env-file`: Node takes that for itself, wherever it stands, and ends when the file is missing.
    .option('--env <file>', 'take settings from this file; what the environment says already stands')
    .hook('preAction', async (program) => {
      const { env } = program.opts<{ env?: string }>()
      // Loaded only when it is asked for, like the commands.
      if (env !== undefined) (await import('../config.ts')).readEnvironmentFile(env)
    })
    .configureHelp({ sortSubcommands: true })
    .showHelpAfterError()
    .exitOverride()
  for (const [name, about, load] of COMMANDS) {
    const command = program.command(name).description(about)
    if (args.includes(name)) (await load()).define(command)
  }
  try {
    await program.parseAsync(args, { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    process.stderr.write(`${explainFailure(error)}\n`)
    return 1
  }
}
