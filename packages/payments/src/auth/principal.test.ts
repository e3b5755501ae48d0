import { describe, expect, test } from 'vitest'
import { claimsOf, DEFAULT_CLAIMS, principalFromClaims } from './principal.ts'

const openRules = { readRoles: [], spendRoles: [], operatorRoles: ['operator'] }
const strictRules = { readRoles: ['member', 'admin'], spendRoles: ['admin'], operatorRoles: ['operator'] }

describe('principalFromClaims', () => {
  test('takes owner and e-mail from the usual claims', () => {
    const principal = principalFromClaims({ sub: 'u1', email: 'a@b.c' }, DEFAULT_CLAIMS, openRules)
    expect(principal).toMatchObject({ ownerId: 'u1', email: 'a@b.c' })
  })

  test('takes a whole number as owner', () => {
    expect(principalFromClaims({ sub: 42 }, DEFAULT_CLAIMS, openRules).ownerId).toBe('42')
  })

  test.each([undefined, '', ' ', 1.5, true, null, [], {}, 'x'.repeat(256)])('refuses %j as owner', (sub) => {
    expect(() => principalFromClaims({ sub }, DEFAULT_CLAIMS, openRules)).toThrow('no usable claim "sub"')
  })

  test('follows a path through nested claims', () => {
    const names = { owner: 'org.id', email: 'user.email', roles: 'app_metadata.roles' }
    const claims = { org: { id: 'org_1' }, user: { email: 'a@b.c' }, app_metadata: { roles: ['operator'] } }
    expect(principalFromClaims(claims, names, openRules)).toEqual({
      ownerId: 'org_1',
      email: 'a@b.c',
      permissions: new Set(['read', 'spend', 'operate']),
    })
  })

  test('takes a claim whose own name has dots', () => {
    const names = { ...DEFAULT_CLAIMS, roles: 'https://example.com/roles' }
    const claims = { sub: 'u1', 'https://example.com/roles': ['operator'] }
    expect(principalFromClaims(claims, names, openRules).permissions).toContain('operate')
  })

  test('does not find inherited names', () => {
    const names = { ...DEFAULT_CLAIMS, owner: 'constructor.name' }
    expect(() => principalFromClaims({}, names, openRules)).toThrow('no usable claim')
  })

  test('takes something that is no address for no e-mail', () => {
    expect(principalFromClaims({ sub: 'u1', email: 7 }, DEFAULT_CLAIMS, openRules).email).toBeNull()
  })

  test.each([
    ['no roles', undefined, openRules, ['read', 'spend']],
    ['no roles where roles are asked for', undefined, strictRules, []],
    ['a role that reads', ['member'], strictRules, ['read']],
    ['a role that spends', ['admin'], strictRules, ['read', 'spend']],
    ['roles in one string', 'member operator', strictRules, ['read', 'operate']],
    ['a role in another case', ['Admin'], strictRules, []],
    ['a role that only begins the same', ['administrator'], strictRules, []],
    ['roles of a wrong type', { admin: true }, strictRules, []],
    ['things among the roles that are none', [7, null, 'admin'], strictRules, ['read', 'spend']],
    [
      'operator roles that nobody configured',
      ['operator'],
      { ...openRules, operatorRoles: [] },
      ['read', 'spend'],
    ],
  ] as const)('with %s', (_, roles, rules, permissions) => {
    const principal = principalFromClaims({ sub: 'u1', roles }, DEFAULT_CLAIMS, rules)
    expect([...principal.permissions]).toEqual(permissions)
  })
})

test.each([DEFAULT_CLAIMS, { owner: 'org.id', email: 'org.email', roles: 'https://example.com/roles' }])(
  'claims that we make ourselves are read as they were meant, under %j',
  (names) => {
    const who = { ownerId: 'o1', email: 'a@b.c', roles: ['admin', 'operator'] }
    expect(principalFromClaims(claimsOf(who, names), names, strictRules)).toEqual({
      ownerId: 'o1',
      email: 'a@b.c',
      permissions: new Set(['read', 'spend', 'operate']),
    })
  },
)
