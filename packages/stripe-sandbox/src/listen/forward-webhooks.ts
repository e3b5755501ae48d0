import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type Stripe from 'stripe'

export interface ForwardOptions {
  stripe: Stripe
  /** Origin of the sandbox, e.g. `http://127.0.0.1:12111`. */
  sandboxUrl: string
  apiKey: string
  /** Where events go; null only shows them. */
  forwardTo: string | null
  /** Types, or groups such as `invoice.*`; everything by default. */
  events: readonly string[]
  onEvent: (event: Stripe.Event, answer: ForwardAnswer | null) => void
}

/** What the app said, or why it said nothing. */
export type ForwardAnswer = { status: number } | { error: string }

/** What is forwarded unchanged: the app verifies what the sandbox signed. */
const forwarded = ['content-type', 'stripe-signature', 'user-agent'] as const

/**
 * Takes every event of a running sandbox and hands it on to an app, as `stripe listen` does. What the app answers is what the
 * sandbox is answered, so that its retries and its inspector tell the truth.
 * @returns the signing secret, the same each time for one address and key; and how to end.
 */
export async function forwardWebhooks(
  options: ForwardOptions,
): Promise<{ secret: string; close: () => Promise<void> }> {
  const { stripe } = options
  const server = createServer((request, response) => {
    void forward(request, options).then((answer) =>
      response.writeHead(answer === null ? 200 : 'status' in answer ? answer.status : 502).end(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A boundary: a TCP server that listens has an AddressInfo.
  const { port } = server.address() as AddressInfo
  const endpoint = await stripe.webhookEndpoints.create({
    url: `http://127.0.0.1:${port}/`,
    description: `stripe-sandbox listen ${options.forwardTo ?? ''}`.trim(),
    // A boundary: the sandbox says which types it does not know.
    enabled_events: [...options.events] as Stripe.WebhookEndpointCreateParams.EnabledEvent[],
  })
  const secret = await giveSecret(options, endpoint.id)
  return {
    secret,
    close: async () => {
      await stripe.webhookEndpoints.del(endpoint.id)
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function forward(request: IncomingMessage, { forwardTo, onEvent }: ForwardOptions) {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  // A boundary: only the sandbox knows this port, and it sends events.
  const event = JSON.parse(body.toString('utf8')) as Stripe.Event
  const answer = forwardTo === null ? null : await send(forwardTo, body, request)
  onEvent(event, answer)
  return answer
}

async function send(to: string, body: Buffer<ArrayBuffer>, request: IncomingMessage): Promise<ForwardAnswer> {
  const headers = forwarded.flatMap((name) => {
    const value = request.headers[name]
    return typeof value === 'string' ? [[name, value] as [string, string]] : []
  })
  try {
    const response = await fetch(to, { method: 'POST', headers, body, redirect: 'manual' })
    await response.arrayBuffer()
    return { status: response.status }
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    return { error: cause instanceof Error ? cause.message : String(cause) }
  }
}

/** So that the app needs no new secret each time. */
async function giveSecret(
  { sandboxUrl, apiKey, forwardTo }: ForwardOptions,
  endpointId: string,
): Promise<string> {
  const secret = `whsec_${createHash('sha256').update(`${apiKey} ${forwardTo}`).digest('hex').slice(0, 32)}`
  const answer = await fetch(`${sandboxUrl}/_sandbox/webhook_endpoints/${endpointId}/roll_secret`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ secret }),
  })
  if (!answer.ok) throw new Error(`The sandbox did not take the signing secret: ${await answer.text()}`)
  return secret
}
