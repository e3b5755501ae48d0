import { readFile } from 'node:fs/promises'
import { Command } from 'commander'
import { parseFixtures } from '../fixtures/fixture-file.ts'
import { runFixtures } from '../fixtures/run-fixtures.ts'
import { orEnd } from './or-end.ts'
import { connectToSandbox, type SandboxAddress, withSandboxAddress } from './running-sandbox.ts'

/** Makes the calls of a fixture file at a running sandbox. */
export function fixturesCommand(): Command {
  const command = new Command('fixtures')
    .description("make the calls of a file, in the format of Stripe's CLI, at a running sandbox")
    .argument('<file>', 'JSON: {"fixtures": [{"name", "path", "method", "params"}]}')
    .addHelpText('after', '\nExample:\n  stripe-sandbox fixtures shop.json')
  return withSandboxAddress(command).action((file: string, flags: SandboxAddress) =>
    orEnd(command, async () => {
      const fixtures = parseFixtures(await readFile(file, 'utf8'))
      await runFixtures(await connectToSandbox(flags), fixtures, ({ name, method, path }, { id }) =>
        process.stdout.write(`${name}: ${method.toUpperCase()} ${path} ${id ?? ''}\n`),
      )
    }),
  )
}
