import { z } from 'zod'
import { OUTBOX_SETTINGS } from './outbox-settings.ts'
import { POLICY_SETTINGS } from './policy-settings.ts'
import { RECONCILE_SETTINGS } from './reconcile-settings.ts'
import { type Setting, setting } from './setting.ts'
import { addressRanges, flag, list, pathFreeOrigin, postgresUrl, seconds, webhookSecrets } from './values.ts'

const optional = z.string().optional()
const port = z.coerce.number('must be a number').int('must be a whole number').min(0).max(65_535)
const roles = list()

/**
 * Every setting of `billhook serve`. The contract's four names come first and mean what they mean there.
 * A value arrives here trimmed, or undefined when it is unset or empty.
 */
export const SETTINGS = {
  STRIPE_SECRET_KEY: setting(
    z
      .string('is missing')
      .refine((key) => !key.startsWith('pk_'), 'is a publishable key (pk_…); put the secret key (sk_…) here')
      .refine(
        (key) => key.startsWith('pk_') || /^[sr]k_(test|live)_\w+$/.test(key),
        'must start with sk_test_, sk_live_, rk_test_ or rk_live_',
      ),
    { about: 'The secret (or restricted) key of the Stripe account.', example: 'sk_test_…', isSecret: true },
  ),
  STRIPE_PUBLISHABLE_KEY: setting(
    z
      .string('is missing')
      .refine(
        (key) => !/^[sr]k_/.test(key),
        'is a secret key; put the publishable key (pk_…) here and roll the secret key if this one was ever public',
      )
      .refine(
        (key) => /^[sr]k_/.test(key) || /^pk_(test|live)_\w+$/.test(key),
        'must start with pk_test_ or pk_live_',
      ),
    {
      about: 'The publishable key of the same account and mode. Safe to show to browsers.',
      example: 'pk_test_…',
    },
  ),
  WEBHOOK_SECRET: setting(webhookSecrets(), {
    about:
      'Signing secret of the webhook endpoint at Stripe. Several, separated by commas or spaces, while a secret is rolled or with several endpoints. May be left out with EVENT_FEED=only.',
    example: 'whsec_…',
    isSecret: true,
  }),
  FRONTEND_URL: setting(pathFreeOrigin(), {
    about:
      'Where the pages of your app live. Checkout and the portal send people back below it, never elsewhere.',
    example: 'https://yourdomain.com',
  }),
  DATABASE_URL: setting(postgresUrl(), {
    about: 'PostgreSQL 15 or newer. Billhook keeps to its own schema, `billhook`.',
    example: 'postgres://billhook:…@localhost:5432/app',
    isSecret: true,
  }),
  DATABASE_POOL_SIZE: setting(z.coerce.number().int().min(2, 'must be at least 2').max(500).default(10), {
    about: 'Connections to the database that one process opens at most.',
    example: '10',
    whenUnset: '10',
  }),
  PORT: setting(port.default(3000), { about: 'TCP port to listen on.', example: '3000', whenUnset: '3000' }),
  HOST: setting(z.string().default('0.0.0.0'), {
    about: 'Address to listen on.',
    example: '0.0.0.0',
    whenUnset: '0.0.0.0 (every interface)',
  }),
  STRIPE_API_BASE: setting(z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' }).optional(), {
    about: 'Base URL of a local Stripe (stripe-sandbox). Refused together with a live key.',
    example: 'http://localhost:12111',
    whenUnset: 'https://api.stripe.com',
  }),
  JWT_SECRET: setting(
    z
      .string()
      .refine((secret) => Buffer.byteLength(secret) >= 32, 'must be at least 32 bytes long')
      .optional(),
    {
      about: 'Shared secret of HS256 access tokens. Either this, or JWT_ISSUER with JWT_JWKS_URL.',
      example: '(32 bytes or more, from a password generator)',
      whenUnset: 'JWT_ISSUER and JWT_JWKS_URL are required',
      isSecret: true,
    },
  ),
  JWT_ISSUER: setting(optional, {
    about: 'The `iss` that access tokens must carry.',
    example: 'https://login.yourdomain.com/',
    whenUnset: 'not checked with JWT_SECRET; required with JWT_JWKS_URL',
  }),
  JWT_JWKS_URL: setting(z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' }).optional(), {
    about: 'Where the issuer publishes its public keys (RS256, ES256, EdDSA).',
    example: 'https://login.yourdomain.com/.well-known/jwks.json',
    whenUnset: 'JWT_SECRET is required',
  }),
  JWT_AUDIENCE: setting(optional, {
    about: 'The `aud` that access tokens must carry. Set it whenever your issuer serves more than one app.',
    example: 'https://api.yourdomain.com',
    whenUnset: 'not checked',
  }),
  JWT_CLOCK_SKEW_SECONDS: setting(seconds(0, 300).default(5), {
    about: 'How far the clocks of issuer and service may differ when `exp` and `nbf` are judged.',
    example: '5',
    whenUnset: '5',
  }),
  JWT_OWNER_CLAIM: setting(z.string().default('sub'), {
    about:
      'Claim that names the owner who is billed: a user, or an organisation. A path such as `org.id` works.',
    example: 'sub',
    whenUnset: '`sub`',
  }),
  JWT_EMAIL_CLAIM: setting(z.string().default('email'), {
    about: 'Claim with the e-mail address that Stripe gets for a new customer.',
    example: 'email',
    whenUnset: '`email`',
  }),
  JWT_ROLES_CLAIM: setting(z.string().default('roles'), {
    about:
      'Claim with the roles: a list, or one string with spaces or commas. A path such as `app_metadata.roles` works.',
    example: 'roles',
    whenUnset: '`roles`',
  }),
  READ_ROLES: setting(roles, {
    about: 'Roles that may read their own subscription and history.',
    example: 'member, admin',
    whenUnset: 'every authenticated user may',
  }),
  SPEND_ROLES: setting(roles, {
    about: 'Roles that may start a checkout, cancel, and open the portal.',
    example: 'admin',
    whenUnset: 'every authenticated user may',
  }),
  OPERATOR_ROLES: setting(roles, {
    about: "Roles that may use the operator's endpoints.",
    example: 'billing-operator',
    whenUnset: 'nobody may',
  }),
  CATALOG_PUBLIC: setting(flag(false), {
    about: 'Opens the product and plan lists to visitors without a token, for pricing pages.',
    example: 'false',
    whenUnset: 'false',
  }),
  CORS_ORIGINS: setting(
    list(
      z
        .url({ protocol: /^https?$/, error: 'must be origins such as https://app.yourdomain.com' })
        .refine((origin) => !origin.includes('*'), 'must name each origin: one with a * is nobody’s'),
    ),
    {
      about: 'Origins whose pages may call the API from a browser. FRONTEND_URL is always among them.',
      example: 'https://app.yourdomain.com',
      whenUnset: 'only the origin of FRONTEND_URL',
    },
  ),
  TRUSTED_PROXIES: setting(addressRanges(), {
    about:
      'Addresses or ranges of the proxies whose X-Forwarded-For and X-Forwarded-Proto are believed. `loopback`, `private` and `none` are words.',
    example: 'loopback, 10.0.0.0/8',
    whenUnset: 'loopback',
  }),
  ALLOW_HTTP: setting(flag(false), {
    about:
      'Serves plain HTTP without a proxy that ends TLS. Only for tests: refused together with a live key.',
    example: 'false',
    whenUnset: 'false',
  }),
  READS_PER_MINUTE: setting(z.coerce.number().int().min(1).default(300), {
    about: 'Requests a minute that one owner may send to reading endpoints, counted by each process.',
    example: '300',
    whenUnset: '300',
  }),
  SPENDS_PER_MINUTE: setting(z.coerce.number().int().min(1).default(20), {
    about:
      'Requests a minute of one owner that call Stripe, counted in the database for all processes together.',
    example: '20',
    whenUnset: '20',
  }),
  ADDRESS_REQUESTS_PER_MINUTE: setting(z.coerce.number().int().min(1).default(1200), {
    about:
      'Requests a minute from one network address, counted by each process. Good webhooks are never counted.',
    example: '1200',
    whenUnset: '1200',
  }),
  ...POLICY_SETTINGS,
  ...OUTBOX_SETTINGS,
  ...RECONCILE_SETTINGS,
  LOG_LEVEL: setting(
    z
      .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
        error: 'must be one of fatal, error, warn, info, debug, trace, silent',
      })
      .default('info'),
    { about: 'The least serious lines that are written.', example: 'info', whenUnset: 'info' },
  ),
  METRICS_TOKEN: setting(
    z
      .string()
      .min(16, 'must be at least 16 characters long')
      .regex(/^\S*$/, 'must hold no white space')
      .optional(),
    {
      about: 'Bearer token with which Prometheus reads /metrics.',
      example: '(16 characters or more)',
      whenUnset: 'only an operator can read /metrics',
      isSecret: true,
    },
  ),
  SHUTDOWN_DELAY_SECONDS: setting(seconds(0, 300).default(0), {
    about:
      'How long a stopping process goes on accepting requests while /readyz already answers 503, so that a load balancer notices.',
    example: '5',
    whenUnset: '0',
  }),
  SHUTDOWN_SECONDS: setting(seconds(1, 600).default(25), {
    about:
      'How long a stopping process waits for requests and jobs under way. Keep it below what your platform grants.',
    example: '25',
    whenUnset: '25',
  }),
} satisfies Record<string, Setting<unknown>>

export type { Setting } from './setting.ts'

/** What moves laptop mode (`billhook dev`), beside PORT and LOG_LEVEL. It takes nothing else from the environment. */
export const LAPTOP_SETTINGS = {
  SANDBOX_PORT: { about: 'TCP port of the local Stripe.', whenUnset: '12111' },
  STRIPE_SECRET_KEY: {
    about:
      'Only with `billhook dev --stripe`: the test key of a Stripe account, which then takes the place of the local Stripe.',
    whenUnset: 'required with `--stripe`',
  },
  STRIPE_API_BASE: {
    about: 'Only with `billhook dev --stripe`: another base URL for it.',
    whenUnset: 'https://api.stripe.com',
  },
  APP_WEBHOOKS: {
    about: 'Endpoints of your app on this machine that are told what happens, as for `billhook serve`.',
    whenUnset: 'nothing is delivered',
  },
  BILLHOOK_DATA_DIR: {
    about:
      "Where the laptop's database, the sandbox's state and the generated secrets are kept. `billhook token` looks there too.",
    whenUnset: '`.billhook`',
  },
}

export type SettingName = keyof typeof SETTINGS

/** The parsed value of each setting. */
export type SettingValues = {
  [Name in SettingName]: (typeof SETTINGS)[Name] extends Setting<infer T> ? T : never
}
