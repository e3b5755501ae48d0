#!/usr/bin/env node
import { Command } from 'commander'
import { advanceCommand } from './cli/advance.ts'
import { fixturesCommand } from './cli/fixtures.ts'
import { listenCommand } from './cli/listen.ts'
import { startCommand } from './cli/start.ts'
import { triggerCommand } from './cli/trigger.ts'

await startCommand(new Command('stripe-sandbox'))
  .addCommand(listenCommand())
  .addCommand(triggerCommand())
  .addCommand(fixturesCommand())
  .addCommand(advanceCommand())
  .parseAsync()
