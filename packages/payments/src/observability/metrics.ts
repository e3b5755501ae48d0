import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** Every number that Billhook reports. Labels are closed sets: never an id, never an owner. */
export interface Metrics {
  registry: Registry
  httpRequestSeconds: Histogram<'method' | 'route' | 'status'>
  /** result: stored | duplicate | refused */
  webhookEvents: Counter<'result'>
  /** result: processed | ignored | retried | dead */
  drainedEvents: Counter<'result'>
  inboxPending: Gauge
  inboxOldestSeconds: Gauge
  inboxDead: Gauge
  stripeCalls: Counter<'resource' | 'outcome'>
  transitions: Counter<'type'>
}

/** @param options.withProcess also memory, CPU and event loop of the process; off inside a host app, which reports its own. */
export function createMetrics(options: { withProcess: boolean }): Metrics {
  const registry = new Registry()
  const registers = [registry]
  if (options.withProcess) collectDefaultMetrics({ register: registry })
  return {
    registry,
    httpRequestSeconds: new Histogram({
      name: 'billhook_http_request_seconds',
      help: 'Time from a request to its answer.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    }),
    webhookEvents: new Counter({
      name: 'billhook_webhook_events_total',
      help: 'Events that Stripe delivered, by what became of the delivery.',
      labelNames: ['result'],
      registers,
    }),
    drainedEvents: new Counter({
      name: 'billhook_drained_events_total',
      help: 'Events taken from the inbox, by what became of them.',
      labelNames: ['result'],
      registers,
    }),
    inboxPending: new Gauge({
      name: 'billhook_inbox_pending',
      help: 'Events that wait in the inbox.',
      registers,
    }),
    inboxOldestSeconds: new Gauge({
      name: 'billhook_inbox_oldest_seconds',
      help: 'Age of the event that waits in the inbox for longest.',
      registers,
    }),
    inboxDead: new Gauge({
      name: 'billhook_inbox_dead',
      help: 'Events that kept failing and wait for an operator.',
      registers,
    }),
    stripeCalls: new Counter({
      name: 'billhook_stripe_calls_total',
      help: 'Requests to Stripe, by resource and outcome.',
      labelNames: ['resource', 'outcome'],
      registers,
    }),
    transitions: new Counter({
      name: 'billhook_transitions_total',
      help: 'Changes that mean something, as written to the outbox.',
      labelNames: ['type'],
      registers,
    }),
  }
}
