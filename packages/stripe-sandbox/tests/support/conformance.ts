import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Stripe from 'stripe'
import { watchSandboxes } from '../../src/watch.ts'
import type { ApiCall } from '../../src/wire/api-call.ts'
import { answerProblems, eventProblems } from './conforms.ts'

/** A complaint about an call beyond what its answer may look like. */
export type Rule = (call: ApiCall) => string[]

// What the sandboxes of this process said and nobody has looked at yet. Watching is a push; the looking is done later.
let calls: ApiCall[] = []
let events: Stripe.Event[] = []
const rules = new Map<string, Rule>()
let isWatching = false
let childFile: string | undefined

/** Remembers everything that the sandboxes of this process answer and announce, until `takeComplaints` looks at it. */
export function watchConformance(onSomething: () => void = () => undefined): void {
  if (isWatching) return
  isWatching = true
  watchSandboxes({
    onAnswer: (call) => {
      calls.push(call)
      onSomething()
    },
    onEvent: (event) => {
      events.push(event)
      onSomething()
    },
  })
}

/** Once under each name, however many files of a process ask for it. */
export function addRule(name: string, rule: Rule): void {
  rules.set(name, rule)
}

/** What was wrong since the last call, each with the request that produced it; what watched children found too. */
export function takeComplaints(): string[] {
  const [answered, announced] = [calls, events]
  calls = []
  events = []
  const causes = new Map(answered.map((call) => [call.requestId, call]))
  // Older shapes have tests of their own, and what a fault spoiled was to be spoiled.
  const held = answered.filter((call) => !call.isDisturbed && call.apiVersion === Stripe.API_VERSION)
  return [
    ...held.flatMap((call) =>
      complaint(
        () => describe(call),
        [...answerProblems(call), ...[...rules.values()].flatMap((rule) => rule(call))],
      ),
    ),
    ...announced.flatMap((event) => {
      const cause = causes.get(event.request?.id ?? '')
      const travelled = JSON.parse(JSON.stringify(event)) as Record<string, unknown>
      return complaint(
        () =>
          `${event.type} ${event.id}, caused by ${cause ? describe(cause) : (event.request?.id ?? 'no request')}`,
        eventProblems(travelled),
      )
    }),
    ...childComplaints(),
  ]
}

/** How to spawn a Node process whose sandboxes are watched as this one's are. */
export function watchedChild(): { execArgv: string[]; env: Record<string, string> } {
  if (childFile === undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'conformance-'))
    childFile = join(folder, 'complaints')
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  }
  return {
    execArgv: ['--import', new URL('./conformance-child.ts', import.meta.url).href],
    env: { CONFORMANCE_COMPLAINTS: childFile },
  }
}

function childComplaints(): string[] {
  if (childFile === undefined || !existsSync(childFile)) return []
  const complaints = readFileSync(childFile, 'utf8')
  rmSync(childFile)
  return [`in a child process: ${complaints}`]
}

function complaint(of: () => string, problems: readonly string[]): string[] {
  return problems.length === 0 ? [] : [[of(), ...problems].join('\n    ')]
}

function describe({ method, path, query, body, status, requestId }: ApiCall): string {
  const parameters = [...new URLSearchParams(query), ...new URLSearchParams(body)]
  const shown = parameters
    .map(([name, value]) => ` ${name}=${value}`)
    .join('')
    .slice(0, 300)
  return `${method} ${path}${shown} → ${status} (${requestId})`
}
