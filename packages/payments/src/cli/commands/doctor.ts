import type { Command } from 'commander'
import { ConfigurationError, readServeConfig, type ServeConfig } from '../../config.ts'
import { systemClock } from '../../domain/clock.ts'
import { diagnose } from '../doctor/diagnose.ts'
import { type Finding, printFindings } from '../doctor/finding.ts'
import { OperatorError } from '../explain-failure.ts'

interface Options {
  url?: string
  json?: true
}

export function define(command: Command): void {
  command
    .option('--url <url>', 'public base URL of this service, to find its webhook endpoint exactly')
    .option('--json', 'print the findings as JSON')
    .action(runDoctor)
}

/** Prints every finding; fails when one of them is a problem. */
async function runDoctor({ url, json }: Options): Promise<void> {
  const config = readConfig()
  const findings = Array.isArray(config) ? config : await diagnose(config, systemClock, url ?? null)
  process.stdout.write(`${json ? JSON.stringify(findings, null, 2) : printFindings(findings)}\n`)
  const problems = findings.filter(({ level }) => level === 'problem').length
  if (problems > 0) throw new OperatorError(`${problems} problem(s) found.`)
}

function readConfig(): ServeConfig | Finding[] {
  try {
    return readServeConfig()
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    return error.problems.map(({ setting, problem }) => ({
      level: 'problem',
      area: 'configuration',
      message: `${setting} ${problem}`,
      remedy: 'See .env.example and docs/reference/configuration.md.',
    }))
  }
}
