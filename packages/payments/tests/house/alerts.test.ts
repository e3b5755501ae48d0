import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { APP_EVENT_TYPES } from '../../src/domain/app-event-types.ts'
import { createMetrics } from '../../src/observability/metrics.ts'
import { SWEEP_PARTS } from '../../src/reconcile/sweep-parts.ts'
import { STRIPE_API_VERSION } from '../../src/stripe/client.ts'

const operations = readFileSync(join(import.meta.dirname, '../../../../docs/4-operations.md'), 'utf8')
const rules = /```yaml\n([\s\S]*?)```/.exec(operations)?.[1] ?? ''

async function metricNames(): Promise<string[]> {
  const metrics = await createMetrics({ withProcess: false }).registry.getMetricsAsJSON()
  return metrics.map(({ name }) => name)
}

test('every metric has an alert rule', async () => {
  expect((await metricNames()).filter((name) => !rules.includes(name))).toEqual([])
})

test('every rule is about a metric that exists', async () => {
  const names = new Set(await metricNames())
  const used = [...rules.matchAll(/billhook_\w+/g)].map(([name]) => name.replace(/_bucket$/, ''))
  expect(used).not.toEqual([])
  expect(used.filter((name) => !names.has(name))).toEqual([])
})

/** `increase` sees nothing of a series that begins with its first occurrence: it has to be there before, at 0. */
async function seriesAtStart(name: string): Promise<Record<string, unknown>[]> {
  const metric = createMetrics({ withProcess: false }).registry.getSingleMetric(name)
  const values = (await metric?.get())?.values ?? []
  return values.flatMap(({ labels, value }) => (value === 0 ? [labels] : []))
}

test('the first change of each type is seen: all are there at 0 from the start', async () => {
  expect(await seriesAtStart('billhook_transitions_total')).toEqual(APP_EVENT_TYPES.map((type) => ({ type })))
})

test('the first drift of each resource is seen, whoever finds it', async () => {
  const series = await seriesAtStart('billhook_drift_total')
  expect(series).toHaveLength(20)
  expect(series).toContainEqual({ resource: 'subscription', found_by: 'feed' })
  expect(series).toContainEqual({ resource: 'fraud_warning', found_by: 'sweep' })
})

test('a sweep that never compares anything is seen: each of its resources is there', async () => {
  const resources = new Set(SWEEP_PARTS.map(({ resource }) => resource))
  expect(await seriesAtStart('billhook_sweep_compared_total')).toEqual(
    [...resources].map((resource) => ({ resource })),
  )
})

test('every counter that a rule reads is there at 0, unless others decide what its labels say', async () => {
  const ofOthers = ['billhook_events_by_version_total', 'billhook_stripe_calls_total']
  const counters = new Set([...rules.matchAll(/billhook_\w+_total/g)].map(([name]) => name))
  const absent = [...counters].map(async (name) => ((await seriesAtStart(name)).length === 0 ? [name] : []))
  expect((await Promise.all(absent)).flat().toSorted()).toEqual(ofOthers)
})

test('every label that a rule names is one that a counter starts with', async () => {
  const named = [...rules.matchAll(/(billhook_\w+_total)\{(\w+)="([^"]+)"\}/g)]
  expect(named.length).toBeGreaterThan(3)
  for (const [, name = '', label = '', value] of named) {
    expect(await seriesAtStart(name)).toContainEqual({ [label]: value })
  }
})

test('other API versions are those that this release does not ask for; thin events have none', () => {
  const rule = /alert: BillhookOtherApiVersion\n *expr: (.*)/.exec(rules)?.[1]
  expect(rule).toContain(`{api_version!="none",api_version!="${STRIPE_API_VERSION}"}`)
})

test('without sweeps, nobody is told that the last one is old', () => {
  const rule = /alert: BillhookSweepOld\n *expr: (.*)/.exec(rules)?.[1]
  expect(rule).toMatch(/^max\(billhook_sweep_every_seconds\) > 0 and /)
})

test('every alert has its line in the runbook', () => {
  const alerts = [...rules.matchAll(/alert: Billhook(\w+)/g)].map(([, name = '']) => name)
  const runbook = operations.slice(operations.indexOf('| alert |'))
  expect(alerts.filter((name) => !new RegExp(`\\b${name}\\b`).test(runbook))).toEqual([])
})
