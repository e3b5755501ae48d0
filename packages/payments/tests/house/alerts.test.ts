import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createMetrics } from '../../src/observability/metrics.ts'

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

test('every alert has its line in the runbook', () => {
  const alerts = [...rules.matchAll(/alert: Billhook(\w+)/g)].map(([, name = '']) => name)
  const runbook = operations.slice(operations.indexOf('| alert |'))
  expect(alerts.filter((name) => !new RegExp(`\\b${name}\\b`).test(runbook))).toEqual([])
})
