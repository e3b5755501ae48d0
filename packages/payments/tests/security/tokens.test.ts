import { createHmac, generateKeyPairSync } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { type AuthOptions, authSettingsOf } from '../../src/auth/auth-options.ts'
import { createAuthenticate } from '../../src/auth/authenticate.ts'
import { DomainError } from '../../src/domain/errors.ts'
import { standingClock } from '../support/clock.ts'

const secret = 'a secret that is long enough for HS256'
const clock = standingClock()
const nowSeconds = clock.now().getTime() / 1000
const good = { sub: 'user_1', exp: nowSeconds + 300 }

describe('a token of a shared secret', () => {
  test('names its owner', async () => {
    await expect(ask(hs256(good))).resolves.toMatchObject({ ownerId: 'user_1', email: null })
  })

  test.each([
    ['none at all', undefined],
    ['an empty header', ''],
  ])('is required: %s', async (_, header) => {
    await expect(askWithHeader(header)).rejects.toMatchObject({ code: 'unauthenticated', status: 401 })
  })

  const headless = (header: object, claims: object) => `${encode(header)}.${encode(claims)}.`
  const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 })
  test.each([
    ['another scheme', `Basic ${btoa('user_1:x')}`],
    ['no JWT', 'Bearer abc'],
    ['a JWT of three empty parts', 'Bearer ..'],
    ['alg none', `Bearer ${headless({ alg: 'none' }, good)}`],
    ['alg None in another case', `Bearer ${headless({ alg: 'nOnE' }, good)}`],
    ['another secret', `Bearer ${hs256(good, 'another secret that is long enough too')}`],
    ['an empty secret', `Bearer ${hs256(good, '')}`],
    ['HS512 with the right secret', `Bearer ${hmacToken({ alg: 'HS512' }, good, secret, 'sha512')}`],
    [
      'claims exchanged under a good signature',
      `Bearer ${exchangeClaims(hs256(good), { ...good, sub: 'user_2' })}`,
    ],
    [
      'an RSA key that the token brings along',
      `Bearer ${headless({ alg: 'RS256', jwk: foreign.publicKey.export({ format: 'jwk' }) }, good)}AAAA`,
    ],
    ['an unknown critical header', `Bearer ${hmacToken({ alg: 'HS256', crit: ['x'], x: 1 }, good)}`],
    ['no expiry', `Bearer ${hs256({ sub: 'user_1' })}`],
    ['an expiry that is no number', `Bearer ${hs256({ ...good, exp: 'never' })}`],
    ['a start in the future', `Bearer ${hs256({ ...good, nbf: nowSeconds + 60 })}`],
    ['no owner', `Bearer ${hs256({ exp: good.exp })}`],
    ['an empty owner', `Bearer ${hs256({ ...good, sub: ' ' })}`],
    ['an owner that is an object', `Bearer ${hs256({ ...good, sub: { id: 1 } })}`],
    ['claims that are a list', `Bearer ${hs256([good])}`],
    ['two tokens', `Bearer ${hs256(good)} ${hs256(good)}`],
  ])('is refused with %s', async (_, header) => {
    await expect(askWithHeader(header)).rejects.toMatchObject({ code: 'invalid_token', status: 401 })
  })

  test('is refused when it has expired, and says so', async () => {
    await expect(ask(hs256({ ...good, exp: nowSeconds - 6 }))).rejects.toThrow(
      'The access token has expired.',
    )
  })

  test.each([
    ['expired', { ...good, exp: nowSeconds - 60 }],
    ['for another audience', { ...good, aud: 'https://other.example.com' }],
  ])('that is %s leaves no claim of it in the cause, which is logged', async (_, claims) => {
    const asked = ask(hs256({ ...claims, email: 'ada@example.com' }), {
      secret,
      audience: 'https://api.example.com',
    })
    const refused = await asked.catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(DomainError)
    expect(inspect(refused, { depth: 9, showHidden: true })).not.toContain('ada@example.com')
  })

  test('is still taken within the clock skew', async () => {
    await expect(ask(hs256({ ...good, exp: nowSeconds - 4 }))).resolves.toMatchObject({ ownerId: 'user_1' })
  })

  test.each([
    ['a missing audience', good],
    ['another audience', { ...good, aud: 'https://other.example.com' }],
    ['an audience that only begins the same', { ...good, aud: 'https://api.example.com.evil.example' }],
  ])('is refused with %s', async (_, claims) => {
    const auth = { secret, audience: 'https://api.example.com' }
    await expect(ask(hs256(claims), auth)).rejects.toMatchObject({ code: 'invalid_token' })
  })

  test('is taken with the right audience among several', async () => {
    const claims = { ...good, aud: ['https://other.example.com', 'https://api.example.com'] }
    const auth = { secret, audience: 'https://api.example.com' }
    await expect(ask(hs256(claims), auth)).resolves.toMatchObject({ ownerId: 'user_1' })
  })

  test('is refused with another issuer when one is configured', async () => {
    const claims = { ...good, iss: 'https://evil.example' }
    await expect(ask(hs256(claims), { secret, issuer: 'https://login.example.com' })).rejects.toMatchObject({
      code: 'invalid_token',
    })
  })

  test('is remembered until it expires and not a moment longer', async () => {
    const moving = standingClock()
    const authenticate = createAuthenticate(authSettingsOf({ secret, clockSkewSeconds: 0 }), moving)
    const token = `Bearer ${hs256(good)}`
    await authenticate(requestWith(token))
    moving.advance(300_000)
    await expect(authenticate(requestWith(token))).rejects.toThrow('The access token has expired.')
  })

  test('a short secret is refused before any request', () => {
    expect(() => authSettingsOf({ secret: 'short' })).toThrow('at least 32 bytes')
  })
})

describe('a function of the host app', () => {
  const withHost = (authenticate: (request: Request) => unknown) =>
    // A host app in plain JavaScript may answer anything.
    createAuthenticate(authSettingsOf({ authenticate } as AuthOptions), clock)(requestWith(undefined))

  test('sees the request and names the owner', async () => {
    const principal = withHost((request) => ({
      ownerId: new URL(request.url).hostname,
      email: 'a@example.com',
    }))
    await expect(principal).resolves.toMatchObject({ ownerId: 'host', email: 'a@example.com' })
  })

  test.each([null, undefined])('says with %j that nobody is logged in', async (nobody) => {
    await expect(withHost(() => nobody)).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  test('may name the owner by a whole number, as tokens may', async () => {
    await expect(withHost(() => ({ ownerId: 7 }))).resolves.toMatchObject({ ownerId: '7' })
  })

  test.each([{}, { ownerId: '' }, { ownerId: 7.5 }, 'user_1'])(
    'that answers %j is a bug of the app, and nobody is let in',
    async (answer) => {
      await expect(withHost(() => answer)).rejects.not.toBeInstanceOf(DomainError)
    },
  )
})

function ask(token: string, auth: AuthOptions = { secret }) {
  return askWithHeader(`Bearer ${token}`, auth)
}

function askWithHeader(header: string | undefined, auth: AuthOptions = { secret }) {
  return createAuthenticate(authSettingsOf(auth), clock)(requestWith(header))
}

function requestWith(authorization: string | undefined) {
  return { header: () => authorization, raw: new Request('http://host/payments/get-user-subscription') }
}

function hs256(claims: object, key = secret): string {
  return hmacToken({ alg: 'HS256', typ: 'JWT' }, claims, key)
}

function hmacToken(header: object, claims: object, key = secret, digest = 'sha256'): string {
  const signed = `${encode(header)}.${encode(claims)}`
  return `${signed}.${createHmac(digest, key).update(signed).digest('base64url')}`
}

function exchangeClaims(token: string, claims: object): string {
  const [header, , signature] = token.split('.')
  return `${header}.${encode(claims)}.${signature}`
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

test.each([undefined, null, ''])('keys of an issuer whose name is %j are refused at the start', (issuer) => {
  // A host app's unset environment variable, whatever it told the compiler.
  const options = { jwksUrl: 'https://login.example.com/jwks.json', issuer: issuer as string }
  expect(() => authSettingsOf(options)).toThrow('auth.issuer must be named beside auth.jwksUrl')
})
