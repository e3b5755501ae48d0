import { describe, expect, test } from 'vitest'
import { returnUrl, successUrl } from './return-url.ts'

const SITE = 'https://shop.example'
const BELOW = 'https://shop.example/app'

describe('a path on the site', () => {
  test.each([
    ['/welcome', 'https://shop.example/welcome'],
    ['/', 'https://shop.example/'],
    ['/a/b?plan=pro&from=mail', 'https://shop.example/a/b?plan=pro&from=mail'],
    ['/welcome#top', 'https://shop.example/welcome#top'],
    ['/a/../b', 'https://shop.example/b'],
    ['/redirect?to=https://evil.example', 'https://shop.example/redirect?to=https://evil.example'],
    ['/größe', 'https://shop.example/gr%C3%B6%C3%9Fe'],
  ])('%s is taken', (path, expected) => {
    expect(returnUrl(SITE, path).href).toBe(expected)
  })

  test('stays below the path that the site is under', () => {
    expect(returnUrl(BELOW, '/welcome').href).toBe('https://shop.example/app/welcome')
  })
})

describe('an attack', () => {
  test.each([
    [''],
    ['welcome'],
    ['https://evil.example'],
    ['http:evil.example'],
    ['javascript:alert(1)'],
    ['data:text/html,x'],
    ['//evil.example'],
    ['///evil.example'],
    ['/\\evil.example'],
    ['\\\\evil.example'],
    ['/a\\..\\..\\evil'],
    ['/\t/evil.example'],
    ['/\n/evil.example'],
    ['\t//evil.example'],
    [' //evil.example'],
    ['@evil.example'],
    ['.evil.example'],
    [':80@evil.example'],
    ['/..//evil.example'],
    ['/.//evil.example'],
    ['/%2e%2e//evil.example'],
    ['/%2f%2fevil.example'],
    ['/%2Fevil.example'],
    ['/%5cevil.example'],
    ['/%5C%5Cevil.example'],
    ['/%252f%252fevil.example'],
    ['/a%00b'],
    ['/a%0d%0aSet-Cookie:x=1'],
    ['/a\r\nSet-Cookie: x=1'],
    ['/a\u0000b'],
    ['/a\u0085b'],
  ])('%j is refused', (path) => {
    expect(() => returnUrl(SITE, path)).toThrow(expect.objectContaining({ code: 'invalid_return_path' }))
  })

  test.each([
    ['/..'],
    ['/../other'],
    ['/%2e%2e/other'],
    ['/%2E./other'],
    ['/a/../../other'],
    ['/../application'],
  ])('%j does not climb out of the path that the site is under', (path) => {
    expect(() => returnUrl(BELOW, path)).toThrow(expect.objectContaining({ code: 'invalid_return_path' }))
  })

  test("the session id of the address is Stripe's alone", () => {
    expect(() => successUrl(SITE, '/success?session_id=cs_other')).toThrow(
      expect.objectContaining({ code: 'invalid_return_path' }),
    )
  })
})

describe('the success address', () => {
  test('carries the placeholder with its braces', () => {
    expect(successUrl(SITE, '/success')).toBe('https://shop.example/success?session_id={CHECKOUT_SESSION_ID}')
  })

  test('keeps a query and a fragment around it', () => {
    expect(successUrl(SITE, '/done?plan=pro#top')).toBe(
      'https://shop.example/done?plan=pro&session_id={CHECKOUT_SESSION_ID}#top',
    )
  })
})
