import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { startAtZero } from './start-at-zero.ts'

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
  inboxLagSeconds: Histogram
  /** Closed by Stripe: its API versions, and `none`. */
  eventVersions: Counter<'api_version'>
  missedEvents: Counter
  feedLagSeconds: Gauge
  drift: Counter<'resource' | 'found_by'>
  sweepCompared: Counter<'resource'>
  sweepEverySeconds: Gauge
  sweepFinishedAt: Gauge
  suspects: Gauge
  suspectsOverdueSeconds: Gauge
  stripeCalls: Counter<'resource' | 'outcome'>
  /** Calls a second that the shared budget grants at present. */
  budgetRate: Gauge
  /** What the setting allows; 0: as many as wanted. */
  budgetLimit: Gauge
  /** class: people | background */
  budgetWaiting: Gauge<'class'>
  budgetSlowed: Counter
  /** 0 closed, 1 one probe is under way, 2 open. */
  circuitState: Gauge
  transitions: Counter<'type'>
  /** result: delivered | failed | dead */
  outboxDeliveries: Counter<'result'>
  outboxPending: Gauge
  outboxOldestSeconds: Gauge
  outboxDead: Gauge
}

/** @param options.withProcess also memory, CPU and event loop of the process; off inside a host app, which reports its own. */
export function createMetrics(options: { withProcess: boolean }): Metrics {
  const registry = new Registry()
  const registers = [registry]
  if (options.withProcess) collectDefaultMetrics({ register: registry })
  const metrics: Metrics = {
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
    inboxLagSeconds: new Histogram({
      name: 'billhook_inbox_lag_seconds',
      help: 'Time from the receipt of an event to its processing.',
      buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800],
      registers,
    }),
    eventVersions: new Counter({
      name: 'billhook_events_by_version_total',
      help: 'Events delivered, by the API version of their payload.',
      labelNames: ['api_version'],
      registers,
    }),
    missedEvents: new Counter({
      name: 'billhook_missed_events_total',
      help: 'Events that no webhook brought in time and that the feed found.',
      registers,
    }),
    feedLagSeconds: new Gauge({
      name: 'billhook_feed_lag_seconds',
      help: 'How far the event feed has come behind the present.',
      registers,
    }),
    drift: new Counter({
      name: 'billhook_drift_total',
      help: 'Mirror rows that differed from Stripe although no event was waiting, found and repaired.',
      labelNames: ['resource', 'found_by'],
      registers,
    }),
    sweepCompared: new Counter({
      name: 'billhook_sweep_compared_total',
      help: 'Objects that the sweep compared with the mirror.',
      labelNames: ['resource'],
      registers,
    }),
    sweepEverySeconds: new Gauge({
      name: 'billhook_sweep_every_seconds',
      help: 'How long after one sweep the next begins; 0: there are none.',
      registers,
    }),
    sweepFinishedAt: new Gauge({
      name: 'billhook_sweep_finished_timestamp_seconds',
      help: 'When the last sweep that left nothing out came to its end, in Unix time.',
      registers,
    }),
    suspects: new Gauge({
      name: 'billhook_sweep_suspects',
      help: 'Resources that a list showed otherwise than the mirror and that will be asked for.',
      registers,
    }),
    suspectsOverdueSeconds: new Gauge({
      name: 'billhook_sweep_suspects_overdue_seconds',
      help: 'For how long the resource that is to be asked for first has been due.',
      registers,
    }),
    stripeCalls: new Counter({
      name: 'billhook_stripe_calls_total',
      help: 'Requests to Stripe, by resource and outcome.',
      labelNames: ['resource', 'outcome'],
      registers,
    }),
    budgetRate: new Gauge({
      name: 'billhook_stripe_budget_calls_per_second',
      help: 'Calls to Stripe a second that all replicas together may send at present.',
      registers,
    }),
    budgetLimit: new Gauge({
      name: 'billhook_stripe_budget_limit_calls_per_second',
      help: 'Calls to Stripe a second that the setting allows; 0: as many as wanted.',
      registers,
    }),
    budgetWaiting: new Gauge({
      name: 'billhook_stripe_budget_waiting',
      help: 'Calls of this process that wait for the budget.',
      labelNames: ['class'],
      registers,
    }),
    budgetSlowed: new Counter({
      name: 'billhook_stripe_budget_slowed_total',
      help: 'How often Stripe said 429 because of the rate.',
      registers,
    }),
    circuitState: new Gauge({
      name: 'billhook_stripe_circuit_state',
      help: '0 closed, 1 one probe is under way, 2 open: Stripe is not asked.',
      registers,
    }),
    transitions: new Counter({
      name: 'billhook_transitions_total',
      help: 'Changes that mean something, as written to the outbox.',
      labelNames: ['type'],
      registers,
    }),
    outboxDeliveries: new Counter({
      name: 'billhook_outbox_deliveries_total',
      help: 'Attempts to deliver an app event, by what became of them.',
      labelNames: ['result'],
      registers,
    }),
    outboxPending: new Gauge({
      name: 'billhook_outbox_pending',
      help: 'Deliveries of app events that wait.',
      registers,
    }),
    outboxOldestSeconds: new Gauge({
      name: 'billhook_outbox_oldest_seconds',
      help: 'Age of the delivery of an app event that waits for longest.',
      registers,
    }),
    outboxDead: new Gauge({
      name: 'billhook_outbox_dead',
      help: 'Deliveries of app events that kept failing and wait for an operator.',
      registers,
    }),
  }
  startAtZero(metrics)
  return metrics
}
