import { Argument, Command } from 'commander'
import { scenarios } from '../trigger/scenarios/scenarios.ts'
import { play, scenarioFor, triggerableEvents } from '../trigger/trigger.ts'
import { orEnd } from './or-end.ts'
import { connectToSandbox, type SandboxAddress, withSandboxAddress } from './running-sandbox.ts'

/** Makes an event happen at a running sandbox, by what really causes it. */
export function triggerCommand(): Command {
  const command = new Command('trigger')
    .description('make an event happen at a running sandbox, by what really causes it')
    .addArgument(new Argument('<event>', 'its type; --list shows all').argOptional())
    .option('--list', 'show every event that can be triggered, and how')
    .addHelpText(
      'after',
      `
Examples:
  stripe-sandbox trigger checkout.session.completed
  stripe-sandbox trigger customer.subscription.trial_will_end
  stripe-sandbox trigger --list`,
    )
  return withSandboxAddress(command).action(
    (event: string | undefined, flags: SandboxAddress & { list?: true }) =>
      flags.list ? list() : trigger(command, event, flags),
  )
}

function list(): void {
  for (const { what, events } of scenarios) process.stdout.write(`${what}\n  ${events.join('\n  ')}\n`)
}

async function trigger(command: Command, type: string | undefined, address: SandboxAddress): Promise<void> {
  if (type === undefined) return command.error('error: which event? --list shows all')
  const scenario = scenarioFor(type)
  if (scenario === undefined) {
    const near = triggerableEvents.filter((each) => each.startsWith(`${type.split('.')[0]}.`))
    return command.error(
      `error: ${type} cannot be triggered. ${near.length > 0 ? `There are ${near.join(', ')}.` : '--list shows what can.'}`,
    )
  }
  await orEnd(command, async () => {
    const stripe = await connectToSandbox(address)
    process.stdout.write(`${scenario.what}\n`)
    for (const event of await play(stripe, scenario)) {
      process.stdout.write(`${event.type === type ? '▸' : ' '} ${event.type.padEnd(38)}  ${event.id}\n`)
    }
  })
}
