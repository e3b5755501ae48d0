import { Command } from 'commander'
import type Stripe from 'stripe'
import { type ForwardAnswer, forwardWebhooks } from '../listen/forward-webhooks.ts'
import { orEnd } from './or-end.ts'
import { connectToSandbox, type SandboxAddress, withSandboxAddress } from './running-sandbox.ts'

interface Flags extends SandboxAddress {
  forwardTo?: string
  events: string
  printJson?: true
}

/** Shows the events of a running sandbox as they come, and forwards them. */
export function listenCommand(): Command {
  const command = new Command('listen')
    .description('show the events of a running sandbox as they come, and forward them to an app')
    .option('-f, --forward-to <url>', 'POST each event here, signed, and answer the sandbox what it answers')
    .option('-e, --events <types>', 'which, with commas between: types or groups such as invoice.*', '*')
    .option('-j, --print-json', 'print the events themselves, one a line')
    .addHelpText(
      'after',
      `
Examples:
  stripe-sandbox listen --forward-to http://localhost:8000/webhook
  stripe-sandbox listen --events 'customer.subscription.*,invoice.paid' --print-json`,
    )
  return withSandboxAddress(command).action((flags: Flags) => listen(command, flags))
}

async function listen(command: Command, flags: Flags): Promise<void> {
  const { forwardTo, apiBase, apiKey, events } = flags
  if (forwardTo !== undefined && !URL.canParse(forwardTo)) {
    command.error('error: --forward-to must be a URL such as http://localhost:8000/webhook')
  }
  const forwarding = await orEnd(command, async () =>
    forwardWebhooks({
      stripe: await connectToSandbox(flags),
      sandboxUrl: apiBase,
      apiKey,
      forwardTo: forwardTo ?? null,
      events: events.split(',').map((type) => type.trim()),
      onEvent: (event, answer) =>
        process.stdout.write(
          flags.printJson ? `${JSON.stringify(event)}\n` : lineOf(event, answer, forwardTo),
        ),
    }),
  )
  process.stderr.write(`Ready. The signing secret is ${forwarding.secret} (Ctrl-C ends)\n`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void forwarding.close())
}

/** `12:31:07  invoice.paid  evt_…  → 200` */
function lineOf(event: Stripe.Event, answer: ForwardAnswer | null, to = ''): string {
  const time = new Date(event.created * 1000).toISOString().slice(11, 19)
  const result =
    answer === null ? '' : 'status' in answer ? `  → ${answer.status}` : `  → ${answer.error} (${to})`
  return `${time}  ${event.type.padEnd(38)}  ${event.id}${result}\n`
}
