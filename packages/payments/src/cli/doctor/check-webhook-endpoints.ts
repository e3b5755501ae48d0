import { STRIPE_API_VERSION, type Stripe, type StripeClient } from '../../stripe/client.ts'
import { DOORBELLS } from '../../webhooks/doorbells.ts'
import type { Finding } from './finding.ts'

const PATH = '/payments/webhook'
/** Without these nothing works: the contract's three. */
const ESSENTIAL = ['checkout.session.completed', 'invoice.paid', 'invoice.payment_failed']

export interface EndpointExpectations {
  /** Public base URL of this service; null: every endpoint whose path is ours is taken for one of ours. */
  baseUrl: string | null
  /** How many signing secrets are configured. */
  secretCount: number
}

/** Whether Stripe delivers what is needed to this service, and in which API version. */
export async function checkWebhookEndpoints(
  stripe: StripeClient,
  { baseUrl, secretCount }: EndpointExpectations,
): Promise<Finding[]> {
  const all = await stripe.webhookEndpoints.list({ limit: 100 }).autoPagingToArray({ limit: 1000 })
  const ours = all.filter(({ url }) => isOurs(url, baseUrl))
  const enabled = ours.filter(({ status }) => status === 'enabled')
  const findings = ours.flatMap(checkEndpoint)

  if (ours.length === 0) {
    const url = `${baseUrl ?? 'https://<this service>'}${PATH}`
    const others =
      all.length === 0 ? 'Stripe has no webhook endpoint' : `none of ${all.length} endpoint(s) leads here`
    findings.push(
      problem(
        others,
        `Create one for ${url} with API version ${STRIPE_API_VERSION} and the events in docs/reference/stripe-events.md, and put its signing secret into WEBHOOK_SECRET.`,
      ),
    )
  }
  if (enabled.length > secretCount) {
    findings.push(
      problem(
        `${enabled.length} endpoints lead here, and WEBHOOK_SECRET lists ${secretCount} secret(s): each endpoint has its own`,
        'Add the missing secret to WEBHOOK_SECRET, or disable the endpoint that is not needed.',
      ),
    )
  } else if (enabled.length > 1) {
    findings.push(
      warning(
        `${enabled.length} endpoints lead here: every event arrives ${enabled.length} times (stored once)`,
        'Keep one, unless you are rolling a secret or an API version.',
      ),
    )
  }
  return findings
}

function checkEndpoint(endpoint: Stripe.WebhookEndpoint): Finding[] {
  const { id, url, status, api_version: version, enabled_events: events } = endpoint
  if (status !== 'enabled') {
    return [
      problem(
        `${id} (${url}) is ${status}`,
        'Enable it in the Stripe dashboard; Stripe disables endpoints that keep failing.',
      ),
    ]
  }
  const findings: Finding[] = []
  if (version !== STRIPE_API_VERSION) {
    findings.push(
      warning(
        `${id} sends events in API version ${version ?? "of the account's default"}; this release is built for ${STRIPE_API_VERSION}`,
        'Harmless, because events only say what to fetch. To be exact, create a new endpoint with that version (it cannot be changed).',
      ),
    )
  }
  const missing = (wanted: readonly string[]) =>
    events.includes('*') ? [] : wanted.filter((type) => !events.includes(type as (typeof events)[number]))
  const essential = missing(ESSENTIAL)
  if (essential.length > 0) {
    findings.push(problem(`${id} does not send ${essential.join(', ')}`, 'Add them to the endpoint.'))
  }
  const useful = missing(Object.keys(DOORBELLS)).filter((type) => !ESSENTIAL.includes(type))
  if (useful.length > 0) {
    findings.push(
      warning(
        `${id} does not send ${useful.length} event types that this release listens to: ${shorten(useful)}`,
        'Add them (docs/reference/stripe-events.md has them all): without them changes in the portal or the dashboard are seen late.',
      ),
    )
  }
  if (findings.length > 0) return findings
  return [{ level: 'ok', area: 'webhooks', message: `${id} sends everything to ${url}` }]
}

function isOurs(url: string, baseUrl: string | null): boolean {
  if (baseUrl !== null) return url === `${baseUrl.replace(/\/+$/, '')}${PATH}`
  return URL.parse(url)?.pathname.endsWith(PATH) ?? false
}

function shorten(types: readonly string[]): string {
  const shown = types.slice(0, 4).join(', ')
  return types.length > 4 ? `${shown}, …` : shown
}

function problem(message: string, remedy: string): Finding {
  return { level: 'problem', area: 'webhooks', message, remedy }
}

function warning(message: string, remedy: string): Finding {
  return { level: 'warning', area: 'webhooks', message, remedy }
}
