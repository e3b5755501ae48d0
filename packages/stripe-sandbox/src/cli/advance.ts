import { Command, InvalidArgumentError } from 'commander'
import { timeUnits } from '../time/time-span.ts'
import { orEnd } from './or-end.ts'
import { connectToSandbox, type SandboxAddress, withSandboxAddress } from './running-sandbox.ts'

type Flags = SandboxAddress & Partial<Record<(typeof timeUnits)[number], number>>

/** Puts the time of a running sandbox forward. */
export function advanceCommand(): Command {
  const command = new Command('advance')
    .description('put the time of a running sandbox forward; all that becomes due on the way is done')
    .addHelpText('after', '\nExample:\n  stripe-sandbox advance --days 31')
  for (const unit of timeUnits) command.option(`--${unit} <number>`, `by so many ${unit}`, wholeNumber)
  return withSandboxAddress(command).action((flags: Flags) => orEnd(command, () => advance(flags)))
}

async function advance({ apiBase, apiKey, ...span }: Flags): Promise<void> {
  if (Object.keys(span).length === 0) throw new Error('By how much? e.g. --days 31')
  await connectToSandbox({ apiBase, apiKey })
  process.stdout.write('Doing what becomes due …\n')
  const answer = await fetch(new URL('/_sandbox/clock', apiBase), {
    method: 'POST',
    headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(span),
  })
  // A boundary: the sandbox's own answer.
  const body = (await answer.json()) as { now: number; error?: { message: string } }
  if (body.error) throw new Error(body.error.message)
  process.stdout.write(`It is ${new Date(body.now * 1000).toISOString()} now.\n`)
}

function wholeNumber(text: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError('1 or more.')
  return number
}
