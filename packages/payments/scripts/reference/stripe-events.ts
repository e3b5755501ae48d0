import { DOORBELLS, type DoorbellLine, THIN_DOORBELLS } from '../../src/webhooks/doorbells.ts'

/** docs/reference/stripe-events.md */
export function stripeEventsReference(): string {
  return `# Events of Stripe

<!-- Generated from packages/payments/src/webhooks/doorbells.ts: npm run reference -w billhook. -->

What Billhook listens to: the types to choose for the webhook endpoint in Stripe. An endpoint that sends everything (\`*\`) does as well, because other
types are stored and ignored. \`checkout.session.completed\`, \`invoice.paid\` and \`invoice.payment_failed\` must be sent; without one of the
others, what it tells of is seen later. \`billhook doctor\` names those that an endpoint leaves out.

| type | what is fetched anew | what it tells |
| --- | --- | --- |
${rowsOf(DOORBELLS)}

As a list, for Stripe's API and command line:

\`\`\`text
${Object.keys(DOORBELLS).join(',')}
\`\`\`

## Thin events

Event destinations may send the thin twins of these instead (\`v1.\` before the type). These have no twin above; none of them is needed:

| type | what is fetched anew | what it tells |
| --- | --- | --- |
${rowsOf(THIN_DOORBELLS)}
`
}

function rowsOf(lines: Readonly<Record<string, DoorbellLine>>): string {
  return Object.entries(lines)
    .map(([type, [stale, because]]) => `| \`${type}\` | ${stale.replaceAll('_', ' ')} | ${because} |`)
    .join('\n')
}
