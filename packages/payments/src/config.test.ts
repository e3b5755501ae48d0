import { describe, expect, test } from 'vitest'
import { ConfigurationError, readDevConfig, readServeConfig, redactedConfig } from './config.ts'

const complete = {
  STRIPE_SECRET_KEY: 'sk_test_abc123',
  STRIPE_PUBLISHABLE_KEY: 'pk_test_abc123',
  WEBHOOK_SECRET: 'whsec_one',
  FRONTEND_URL: 'https://app.example.com/',
  DATABASE_URL: 'postgres://billhook:hunter2@localhost:5432/app',
  JWT_SECRET: 'a secret that is long enough for HS256',
}
const SIGNING_SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`
const live = { STRIPE_SECRET_KEY: 'sk_live_abc123', STRIPE_PUBLISHABLE_KEY: 'pk_live_abc123' }

describe('readServeConfig', () => {
  test('reads the contract and fills in what has a default', () => {
    const config = readServeConfig(complete)
    expect(config).toMatchObject({
      FRONTEND_URL: 'https://app.example.com',
      WEBHOOK_SECRET: ['whsec_one'],
      PORT: 3000,
      JWT_OWNER_CLAIM: 'sub',
      READ_ROLES: [],
      CATALOG_PUBLIC: false,
      TRUSTED_PROXIES: ['127.0.0.0/8', '::1/128'],
      isLive: false,
    })
  })

  test('names every missing setting at once', () => {
    expect(problemsOf({})).toEqual([
      'STRIPE_SECRET_KEY is missing',
      'STRIPE_PUBLISHABLE_KEY is missing',
      'FRONTEND_URL is missing',
      'DATABASE_URL is missing',
      'WEBHOOK_SECRET is missing',
      'JWT_JWKS_URL and JWT_SECRET are both missing: set JWT_SECRET, or JWT_ISSUER with JWT_JWKS_URL',
    ])
  })

  test('an empty or blank value counts as missing', () => {
    expect(problemsOf({ ...complete, DATABASE_URL: '', WEBHOOK_SECRET: ' \n' })).toEqual([
      'DATABASE_URL is missing',
      'WEBHOOK_SECRET is missing',
    ])
  })

  test('without a webhook endpoint there is no secret to be missing', () => {
    const { WEBHOOK_SECRET: _, ...rest } = complete
    expect(readServeConfig({ ...rest, EVENT_FEED: 'only' })).toMatchObject({ WEBHOOK_SECRET: [] })
  })

  test('what reconciles has defaults, and says what it does not take', () => {
    expect(readServeConfig(complete)).toMatchObject({
      EVENT_FEED: 'beside',
      EVENT_SETTLE_MS: 1_000,
      EVENT_FEED_SECONDS: 60,
      SWEEP_HOURS: 6,
      STRIPE_CALLS_PER_SECOND: undefined,
    })
    expect(
      problemsOf({ ...complete, EVENT_FEED: 'maybe', SWEEP_HOURS: '-1', STRIPE_CALLS_PER_SECOND: '0' }),
    ).toHaveLength(3)
  })

  test.each([
    [
      'a publishable key as secret key',
      { STRIPE_SECRET_KEY: 'pk_test_abc' },
      'STRIPE_SECRET_KEY is a publishable key',
    ],
    [
      'a secret key as publishable key',
      { STRIPE_PUBLISHABLE_KEY: 'sk_test_abc' },
      'STRIPE_PUBLISHABLE_KEY is a secret key',
    ],
    ['something that is no key', { STRIPE_SECRET_KEY: 'hello' }, 'STRIPE_SECRET_KEY must start with'],
    [
      'a live publishable key beside a test key',
      { STRIPE_PUBLISHABLE_KEY: 'pk_live_abc' },
      'STRIPE_PUBLISHABLE_KEY is a live key',
    ],
    [
      'a live key with http pages',
      { ...live, FRONTEND_URL: 'http://app.example.com' },
      'FRONTEND_URL must be https://',
    ],
    [
      'a live key for another server',
      { ...live, STRIPE_API_BASE: 'http://localhost:4242' },
      'STRIPE_API_BASE must be unset',
    ],
    ['a live key over plain http', { ...live, ALLOW_HTTP: 'true' }, 'ALLOW_HTTP must be false'],
    [
      'the words of .env.example for a secret',
      { JWT_SECRET: '(32 bytes or more, from a password generator)' },
      'JWT_SECRET still holds the words of .env.example',
    ],
    [
      'a token with a space',
      { METRICS_TOKEN: 'sixteen or more signs' },
      'METRICS_TOKEN must hold no white space',
    ],
    [
      'a password that is not encoded',
      { DATABASE_URL: 'postgres://billhook:pa#ss@localhost/app' },
      'DATABASE_URL is no URL: signs such as #',
    ],
    ['a pattern of origins', { CORS_ORIGINS: 'https://*.example.com' }, 'CORS_ORIGINS must name each origin'],
    [
      'everybody as a proxy',
      { TRUSTED_PROXIES: '0.0.0.0/0' },
      'TRUSTED_PROXIES must list addresses or ranges',
    ],
    [
      'an endpoint of the app over http outside of its networks',
      { APP_WEBHOOKS: `http://app.example.com/x ${SIGNING_SECRET}` },
      'APP_WEBHOOKS must list https:// URLs',
    ],
    [
      'an endpoint of the app twice',
      {
        APP_WEBHOOKS: `https://app.example.com/x ${SIGNING_SECRET}; https://app.example.com/x ${SIGNING_SECRET}`,
      },
      'APP_WEBHOOKS must name each URL once',
    ],
    [
      'a webhook secret without its prefix',
      { WEBHOOK_SECRET: 'abc' },
      'WEBHOOK_SECRET must list secrets that start with whsec_',
    ],
    ['a webhook secret in quotes', { WEBHOOK_SECRET: '"whsec_abc"' }, 'WEBHOOK_SECRET must list secrets'],
    ['a short JWT secret', { JWT_SECRET: 'short' }, 'JWT_SECRET must be at least 32 bytes'],
    [
      'a secret and a key URL',
      { JWT_JWKS_URL: 'https://i.example.com/jwks' },
      'JWT_SECRET and JWT_JWKS_URL exclude',
    ],
    [
      'an issuer without its keys',
      { JWT_SECRET: '', JWT_ISSUER: 'https://i' },
      'JWT_JWKS_URL is missing: JWT_ISSUER needs it',
    ],
    [
      'keys without their issuer',
      { JWT_SECRET: '', JWT_JWKS_URL: 'https://i/jwks' },
      'JWT_ISSUER is missing',
    ],
    ['a port that is none', { PORT: 'eighty' }, 'PORT must be a number'],
    ['a flag that is none', { CATALOG_PUBLIC: 'maybe' }, 'CATALOG_PUBLIC must be true or false'],
    ['a proxy that is no address', { TRUSTED_PROXIES: '10.0.0.0/99' }, 'TRUSTED_PROXIES must list addresses'],
    [
      'another database',
      { DATABASE_URL: 'mysql://x' },
      'DATABASE_URL must be a URL that starts with postgres',
    ],
  ])('refuses %s', (_, change, problem) => {
    expect(problemsOf({ ...complete, ...change })).toEqual([expect.stringContaining(problem)])
  })

  test('takes a database behind a unix socket', () => {
    const url = 'postgresql://billhook@/app?host=%2Frun%2Fpostgresql'
    expect(readServeConfig({ ...complete, DATABASE_URL: url }).DATABASE_URL).toBe(url)
  })

  test('trusts no proxy when told so', () => {
    expect(readServeConfig({ ...complete, TRUSTED_PROXIES: 'none' }).TRUSTED_PROXIES).toEqual([])
  })

  test('takes several webhook secrets, by comma, space or line', () => {
    const config = readServeConfig({ ...complete, WEBHOOK_SECRET: 'whsec_a, whsec_b\nwhsec_c\n' })
    expect(config.WEBHOOK_SECRET).toEqual(['whsec_a', 'whsec_b', 'whsec_c'])
  })

  test('cuts off a line break around a secret and says so without showing it', () => {
    const config = readServeConfig({ ...complete, STRIPE_SECRET_KEY: 'sk_test_abc123\n' })
    expect(config.STRIPE_SECRET_KEY).toBe('sk_test_abc123')
    expect(config.notices).toEqual([expect.stringMatching(/^STRIPE_SECRET_KEY has white space/)])
  })

  test('never puts a secret into a problem', () => {
    const problems = problemsOf({
      ...complete,
      STRIPE_SECRET_KEY: 'zk_oops_1',
      JWT_SECRET: 'oops',
      WEBHOOK_SECRET: 'oops',
    })
    expect(problems.join()).not.toContain('oops')
  })

  test('accepts a live configuration', () => {
    expect(readServeConfig({ ...complete, ...live }).isLive).toBe(true)
  })
})

test('a printed configuration shows no secret', () => {
  const printed = JSON.stringify(
    redactedConfig(readServeConfig({ ...complete, METRICS_TOKEN: 'metrics-token-0123' })),
  )
  for (const secret of [
    'sk_test_abc123',
    'whsec_one',
    'hunter2',
    complete.JWT_SECRET,
    'metrics-token-0123',
  ]) {
    expect(printed).not.toContain(secret)
  }
})

describe('readDevConfig', () => {
  test('needs nothing', () => {
    expect(readDevConfig({})).toEqual({
      port: 3000,
      sandboxPort: 12_111,
      stripe: null,
      appEndpoints: [],
      dataDir: '.billhook',
      logLevel: 'warn',
    })
  })

  test('refuses production and live keys, both at once', () => {
    const read = () => readDevConfig({ NODE_ENV: 'production', STRIPE_SECRET_KEY: 'sk_live_x' })
    expect(read).toThrow(/NODE_ENV is production[\s\S]*STRIPE_SECRET_KEY is a live key/)
  })

  test('with a Stripe account it needs its test key, and takes no live one', () => {
    const read = (key?: string) => readDevConfig({ STRIPE_SECRET_KEY: key }, { withStripe: true })
    expect(read('sk_test_abc').stripe).toEqual({ secretKey: 'sk_test_abc', apiBase: null })
    expect(() => read()).toThrow('STRIPE_SECRET_KEY is missing')
    expect(() => read('rk_live_abc')).toThrow('laptop mode never touches live money')
  })

  test('refuses one port for both servers', () => {
    expect(() => readDevConfig({ PORT: '5000', SANDBOX_PORT: '5000' })).toThrow('SANDBOX_PORT must differ')
  })
})

function problemsOf(env: Record<string, string>): string[] {
  try {
    readServeConfig(env)
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems.map((p) => `${p.setting} ${p.problem}`)
    throw error
  }
  return []
}
