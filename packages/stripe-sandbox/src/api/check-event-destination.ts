import type Stripe from 'stripe'
import generated from '../generated/parameters.json' with { type: 'json' }
import { isThinType } from '../thin/thin-types.ts'
import { isKnownVersion } from '../versions/api-version.ts'
import { notSupportedYet, parameterInvalid } from '../wire/error-catalogue.ts'

const snapshotTypes: ReadonlySet<string> = new Set(
  generated.types.WebhookEndpointCreateParams.hash.enabled_events.array.enum,
)

/** What a new destination may be. @throws StripeApiError */
export function checkDestination(parameters: Stripe.V2.Core.EventDestinationCreateParams): void {
  const { event_payload: payload, snapshot_api_version: version } = parameters
  if (parameters.type !== 'webhook_endpoint') {
    throw notSupportedYet(`An event destination of the type ${parameters.type}`, 'type')
  }
  if (parameters.events_from?.some((from) => from !== '@self')) {
    throw notSupportedYet("Events of other accounts (events_from other than '@self')", 'events_from')
  }
  if (version !== undefined && payload === 'thin') {
    throw parameterInvalid('snapshot_api_version', 'snapshot_api_version is for snapshot events only.')
  }
  if (version !== undefined && !isKnownVersion(version)) {
    throw notSupportedYet(`Rendering events at API version ${version}`, 'snapshot_api_version')
  }
  checkEventTypes(parameters.enabled_events, payload)
}

/** Thin events and snapshots have names of their own. @throws StripeApiError */
export function checkEventTypes(
  types: readonly string[],
  payload: Stripe.V2.Core.EventDestination.EventPayload,
): void {
  if (types.length === 0) {
    throw parameterInvalid(
      'enabled_events',
      'Invalid array: enabled_events must name at least one event type.',
    )
  }
  const isKnown = (type: string): boolean =>
    type === '*' || (payload === 'thin' ? isThinType(type) : snapshotTypes.has(type))
  const unknown = types.find((type) => !isKnown(type))
  if (unknown !== undefined) {
    throw parameterInvalid('enabled_events', `There is no ${payload} event of the type '${unknown}'.`)
  }
}
