import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { converge, type Figures } from './figures.ts'
import { addCustomers, changeUntil } from './load.ts'
import { Site } from './site.ts'
import { mountSmallDisk, TROUBLES, type Trouble } from './troubles.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { times: { type: 'string', default: '1' } },
})

const CUSTOMERS = 30
const REPLICAS = 2

/** Puts real processes through each trouble, or those whose names begin as one that is given. 1 when anything was lost or doubled. */
async function prove(): Promise<number> {
  const wanted = TROUBLES.filter(
    ({ name }) => positionals.length === 0 || positionals.some((start) => name.startsWith(start)),
  )
  let isProved = true
  say('| trouble | events | answered 200 | refused | told | lost | doubled | differing | converged after |')
  say('| --- | --- | --- | --- | --- | --- | --- | --- | --- |')
  for (const trouble of wanted) {
    const figures = await goThrough(trouble, trouble.seconds * Number(values.times))
    if (typeof figures === 'string') {
      say(`| ${trouble.name} | ${figures} |`)
      continue
    }
    isProved &&= figures.lost + figures.doubled + figures.differing === 0
    say(lineOf(trouble, figures))
  }
  return isProved ? 0 : 1
}

/** Figures, or why there are none. */
async function goThrough(trouble: Trouble, seconds: number): Promise<Figures | string> {
  const home = mkdtempSync(join(tmpdir(), 'billhook-proof-'))
  const unmount = trouble.needsSmallDisk ? mountSmallDisk(home) : () => undefined
  try {
    if (unmount === null) return 'skipped: no file system may be mounted here'
    const site = await Site.open(home, REPLICAS)
    const load = await addCustomers(site, CUSTOMERS)
    const happening = trouble.happen(site, seconds, home)
    await changeUntil(site, load, happening)
    await happening
    const figures = await converge(site, load.customers)
    for (const example of figures.examples) process.stderr.write(`${trouble.name}: ${example}\n`)
    await site.close()
    if (site.unasked.length > 0) throw new Error(`A service ended by itself: ${site.unasked.join(', ')}`)
    return figures
  } finally {
    unmount?.()
    rmSync(home, { recursive: true, force: true })
  }
}

function lineOf({ name }: Trouble, figures: Figures): string {
  const { sent, answered, refused, told, lost, doubled, differing, convergedAfterMs } = figures
  const cells = [
    name,
    sent,
    answered,
    refused,
    told,
    lost,
    doubled,
    differing,
    `${(convergedAfterMs / 1000).toFixed(1)} s`,
  ]
  return `| ${cells.join(' | ')} |`
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

process.exit(await prove())
