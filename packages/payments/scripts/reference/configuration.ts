import { LAPTOP_SETTINGS, SETTINGS } from '../../src/config/settings.ts'

/** docs/reference/configuration.md */
export function configurationReference(): string {
  const rows = Object.entries(SETTINGS).map(
    ([name, { about, whenUnset, isSecret }]) =>
      `| \`${name}\` | ${about}${isSecret ? ' **Secret**: never printed.' : ''} | ${whenUnset} |`,
  )
  const laptop = Object.entries(LAPTOP_SETTINGS).map(
    ([name, { about, whenUnset }]) => `| \`${name}\` | ${about} | ${whenUnset} |`,
  )
  return `# Configuration

<!-- Generated from packages/payments/src/config/settings.ts: npm run reference -w billhook. -->

\`billhook serve\` reads its configuration from the environment, once, at the start. It refuses to start while anything is missing or
wrong, and names every problem at once. No secret has a default. \`billhook doctor\` checks the same settings against Stripe and the
database.

## \`billhook serve\`

| Setting | What it is | When unset |
|---|---|---|
${rows.join('\n')}

Also refused: a live secret key together with a test publishable key or the reverse, with an \`http://\` FRONTEND_URL or JWT_JWKS_URL, with
STRIPE_API_BASE, or with ALLOW_HTTP; JWT_SECRET together with JWT_JWKS_URL.

## \`billhook dev\`

Laptop mode brings its own database, Stripe and secrets. It takes PORT and LOG_LEVEL (\`warn\` when unset) as above, and:

| Setting | What it is | When unset |
|---|---|---|
${laptop.join('\n')}

It refuses to start with NODE_ENV=production or with live keys in the environment.
`
}
