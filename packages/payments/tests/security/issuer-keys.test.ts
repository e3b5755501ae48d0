import { createHmac } from 'node:crypto'
import { type CryptoKey, exportSPKI, importJWK } from 'jose'
import { describe, expect, test } from 'vitest'
import { createTokenVerifier } from '../../src/auth/verify-token.ts'
import { systemClock } from '../../src/domain/clock.ts'
import {
  closeIssuersAfterEach,
  type Issuer,
  type IssuerKey,
  makeKey,
  signToken,
  startIssuer,
} from '../support/issuer.ts'

closeIssuersAfterEach()

describe('keys of an issuer', () => {
  test.each(['RS256', 'ES256', 'EdDSA'] as const)('verify a token signed with %s', async (alg) => {
    const key = await makeKey('one', alg)
    const issuer = await startIssuer([key])
    await expect(verifierFor(issuer)(await tokenOf(issuer, key))).resolves.toMatchObject({ sub: 'user_1' })
  })

  test('are fetched once for 50 first requests at the same time', async () => {
    const key = await makeKey('one')
    const issuer = await startIssuer([key])
    const verify = verifierFor(issuer)
    const token = await tokenOf(issuer, key)
    await Promise.all(Array.from({ length: 50 }, () => verify(token)))
    expect(issuer.fetches()).toBe(1)
  })

  test('are fetched again for a key id that is new, so that keys can be rotated', async () => {
    const [old, next] = [await makeKey('old'), await makeKey('next')]
    const issuer = await startIssuer([old])
    const verify = verifierFor(issuer, { cooldownMs: 0 })
    await verify(await tokenOf(issuer, old))
    issuer.publish([next])
    await expect(verify(await tokenOf(issuer, next))).resolves.toMatchObject({ sub: 'user_1' })
  })

  test('of which one was withdrawn no longer verify its tokens', async () => {
    const [old, next] = [await makeKey('old'), await makeKey('next')]
    const issuer = await startIssuer([old])
    const verify = verifierFor(issuer, { cooldownMs: 0 })
    await verify(await tokenOf(issuer, old))
    issuer.publish([next])
    await verify(await tokenOf(issuer, next))
    await expect(verify(await tokenOf(issuer, old))).rejects.toMatchObject({ code: 'invalid_token' })
  })

  test('are not fetched again and again for invented key ids', async () => {
    const key = await makeKey('one')
    const issuer = await startIssuer([key])
    const verify = verifierFor(issuer)
    await verify(await tokenOf(issuer, key))
    const invented = await tokenOf(issuer, { ...key, kid: 'invented' })
    for (let attempt = 0; attempt < 20; attempt += 1) {
      await expect(verify(invented)).rejects.toMatchObject({ code: 'invalid_token' })
    }
    expect(issuer.fetches()).toBe(1)
  })

  test('are tried one by one for a token without a key id', async () => {
    const [first, second] = [await makeKey('first'), await makeKey('second')]
    const issuer = await startIssuer([first, second])
    const token = await tokenOf(issuer, { ...second, kid: undefined as unknown as string })
    await expect(verifierFor(issuer)(token)).resolves.toMatchObject({ sub: 'user_1' })
  })
})

describe('a token of an issuer', () => {
  test('signed with HS256 and the public key as secret is refused', async () => {
    const key = await makeKey('one', 'RS256')
    const issuer = await startIssuer([key])
    const publicKey = await importJWK(key.publicJwk, 'RS256', { extractable: true })
    const pem = await exportSPKI(publicKey as CryptoKey)
    const signed = [
      { alg: 'HS256', kid: 'one' },
      { sub: 'user_1', iss: issuer.url, exp: Math.floor(Date.now() / 1000) + 300 },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')
    const token = `${signed}.${createHmac('sha256', pem).update(signed).digest('base64url')}`
    await expect(verifierFor(issuer)(token)).rejects.toMatchObject({ code: 'invalid_token' })
  })

  test('signed by a stranger under the same key id is refused', async () => {
    const issuer = await startIssuer([await makeKey('one')])
    const stranger = await makeKey('one')
    await expect(verifierFor(issuer)(await tokenOf(issuer, stranger))).rejects.toMatchObject({
      code: 'invalid_token',
    })
  })

  test('of another issuer is refused', async () => {
    const key = await makeKey('one')
    const issuer = await startIssuer([key])
    const token = await signToken(key, { sub: 'user_1', iss: 'https://evil.example' }, new Date())
    await expect(verifierFor(issuer)(token)).rejects.toMatchObject({ code: 'invalid_token' })
  })

  test('with an algorithm that is not for issuers costs no fetch', async () => {
    const key = await makeKey('one')
    const issuer = await startIssuer([key])
    const parts = [{ alg: 'none' }, { sub: 'user_1' }].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    )
    await expect(verifierFor(issuer)(`${parts.join('.')}.`)).rejects.toMatchObject({ code: 'invalid_token' })
    expect(issuer.fetches()).toBe(0)
  })
})

describe('an issuer in trouble', () => {
  test.each([
    ['answers 500', (issuer: Issuer) => issuer.publish(500)],
    ['cannot be reached', (issuer: Issuer) => issuer.close()],
  ])('that %s is 503 and not 401', async (_, breakIssuer) => {
    const key = await makeKey('one')
    const issuer = await startIssuer([key])
    const token = await tokenOf(issuer, key)
    await breakIssuer(issuer)
    await expect(verifierFor(issuer)(token)).rejects.toMatchObject({ code: 'auth_unavailable', status: 503 })
  })

  test('gets a pause after a failure', async () => {
    const key = await makeKey('one')
    const issuer = await startIssuer([key])
    issuer.publish(500)
    const verify = verifierFor(issuer, { failurePauseMs: 60_000 })
    const token = await tokenOf(issuer, key)
    for (let attempt = 0; attempt < 10; attempt += 1) await expect(verify(token)).rejects.toThrow()
    expect(issuer.fetches()).toBe(1)
  })

  test('is asked again afterwards, and then everything works', async () => {
    const key = await makeKey('one')
    const issuer = await startIssuer([key])
    issuer.publish(500)
    const verify = verifierFor(issuer, { failurePauseMs: 0 })
    const token = await tokenOf(issuer, key)
    await expect(verify(token)).rejects.toMatchObject({ code: 'auth_unavailable' })
    issuer.publish([key])
    await expect(verify(token)).resolves.toMatchObject({ sub: 'user_1' })
  })
})

function verifierFor(issuer: Issuer, settings: { cooldownMs?: number; failurePauseMs?: number } = {}) {
  return createTokenVerifier({
    keys: { kind: 'jwks', url: issuer.jwksUrl, issuer: issuer.url },
    audience: null,
    clockSkewSeconds: 0,
    clock: systemClock,
    ...settings,
  })
}

function tokenOf(issuer: Issuer, key: IssuerKey): Promise<string> {
  return signToken(key, { sub: 'user_1', iss: issuer.url }, new Date())
}
