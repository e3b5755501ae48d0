import type { Command } from 'commander'
import { readDevConfig } from '../../config.ts'
import { OperatorError } from '../explain-failure.ts'
import { type Laptop, startLaptop } from '../laptop/start-laptop.ts'
import { say } from '../say.ts'
import { waitForSignal } from '../wait-for-signal.ts'

export function define(command: Command): void {
  command.option(
    '--stripe',
    'with a Stripe account in test mode (STRIPE_SECRET_KEY) in place of the local Stripe; no tunnel is needed',
  )
  command.addHelpText(
    'after',
    '\nPORT, SANDBOX_PORT and BILLHOOK_DATA_DIR move it. It is for this machine only: anybody may log in.',
  )
  command.action(({ stripe }: { stripe?: true }) => runLaptop(stripe === true))
}

async function runLaptop(withStripe: boolean): Promise<void> {
  const began = performance.now()
  const asked = waitForSignal()
  const config = readDevConfig(undefined, { withStripe })
  say(
    `Billhook on this machine: a database, ${withStripe ? 'your Stripe account' : 'a local Stripe'}, a shop.`,
  )
  const laptop = await startLaptop(config, (line) => say(`  ${line}`))
  say(`Ready in ${((performance.now() - began) / 1000).toFixed(1)} s.`)
  say(welcome(laptop))

  const broken = await Promise.race([asked.then(() => null), laptop.broken])
  say('\nStopping …')
  await laptop.stop()
  if (broken !== null) throw new OperatorError(broken)
  say('Stopped. Everything is kept for the next start.')
}

function welcome(laptop: Laptop): string {
  const isElsewhere = !laptop.databaseDir.startsWith(laptop.dataDir)
  return `
  Shop            ${laptop.url.padEnd(30)} choose a plan and buy it
  API docs        ${laptop.url}/docs
  ${laptop.sandboxUrl === null ? 'Stripe          your account, in test mode' : `Local Stripe    ${laptop.sandboxUrl}`}

  Demo login      ada@example.com                (no password; any address works)
  Access token    npm run -s billhook -- token --user ada@example.com
  Test cards      4242 4242 4242 4242            pays
                  4000 0000 0000 0002            is declined
                  4000 0000 0000 3220            asks for authentication
  Data            ${laptop.dataDir}${isElsewhere ? ` and ${laptop.databaseDir}` : ''}

Ctrl-C ends all of it; the data stays for the next start.`
}
