import { expect, test } from 'vitest'
import { authSettingsOf } from '../../auth/auth-options.ts'
import { readServeConfig } from '../../config.ts'
import { createLogger } from '../../observability/log.ts'
import { paymentsOptionsOf } from './payments-options.ts'

const common = {
  STRIPE_SECRET_KEY: 'sk_test_abc',
  STRIPE_PUBLISHABLE_KEY: 'pk_test_abc',
  WEBHOOK_SECRET: 'whsec_a whsec_b',
  FRONTEND_URL: 'https://app.example.com',
  DATABASE_URL: 'postgres://localhost/app',
}
const log = createLogger('silent')

test('an issuer with its keys, claims and roles arrives at the verifier', () => {
  const config = readServeConfig({
    ...common,
    JWT_ISSUER: 'https://login.example.com/',
    JWT_JWKS_URL: 'https://login.example.com/jwks.json',
    JWT_AUDIENCE: 'https://api.example.com',
    JWT_CLOCK_SKEW_SECONDS: '30',
    JWT_OWNER_CLAIM: 'org.id',
    JWT_ROLES_CLAIM: 'app_metadata.roles',
    READ_ROLES: 'member,admin',
    SPEND_ROLES: 'admin',
    OPERATOR_ROLES: 'ops',
  })
  expect(authSettingsOf(paymentsOptionsOf(config, log).auth)).toEqual({
    keys: { kind: 'jwks', url: 'https://login.example.com/jwks.json', issuer: 'https://login.example.com/' },
    audience: 'https://api.example.com',
    clockSkewSeconds: 30,
    claims: { owner: 'org.id', email: 'email', roles: 'app_metadata.roles' },
    roles: { readRoles: ['member', 'admin'], spendRoles: ['admin'], operatorRoles: ['ops'] },
  })
})

test('a shared secret arrives there with an issuer to check, when one is named', () => {
  const JWT_SECRET = 'a secret that is long enough for HS256'
  const config = readServeConfig({ ...common, JWT_SECRET, JWT_ISSUER: 'me' })
  expect(authSettingsOf(paymentsOptionsOf(config, log).auth)).toMatchObject({
    keys: { kind: 'secret', secret: JWT_SECRET, issuer: 'me' },
  })
})

test('a service asks for HTTPS, and opens nothing by itself', () => {
  const config = readServeConfig({ ...common, JWT_SECRET: 'a secret that is long enough for HS256' })
  expect(paymentsOptionsOf(config, log)).toMatchObject({
    stripe: { webhookSecrets: ['whsec_a', 'whsec_b'] },
    isCatalogPublic: false,
    http: { isHttpsRequired: true, metricsAccess: null },
  })
})
