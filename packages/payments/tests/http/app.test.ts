import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openapiDocument } from '../../src/http/openapi.ts'
import { useApi } from '../support/api.ts'
import { contractEndpoints } from '../support/contract.ts'

const api = useApi()

describe('an address that is not there', () => {
  test('is 404 in the shape of every error', async () => {
    const { status, body } = await api.request('GET', '/payments/nothing', { as: 'ann' })
    expect(status).toBe(404)
    expect(body).toEqual({
      detail: 'No such path.',
      code: 'not_found',
      request_id: expect.stringMatching(/.{8,}/),
    })
  })

  test('is 405 with the methods that it takes when only the method is wrong', async () => {
    const { status, headers, body } = await api.request('POST', '/payments/get-plans', { as: 'ann' })
    expect(status).toBe(405)
    expect(headers.get('allow')).toBe('GET')
    expect(body).toMatchObject({ code: 'method_not_allowed' })
  })
})

describe('every endpoint of the contract', () => {
  const endpoints = [...contractEndpoints().keys()]

  test('is in the contract that the tests read', () => {
    expect(endpoints).toHaveLength(8)
  })

  test.each(endpoints)('%s is in the OpenAPI document, tagged payments', (endpoint) => {
    const [method = '', path = ''] = endpoint.split(' ')
    const operation = operationOf(path, method)
    expect(operation).toMatchObject({ tags: ['payments'] })
  })

  test.each(endpoints.filter((endpoint) => !endpoint.endsWith('/webhook')))(
    '%s wants an access token',
    async (endpoint) => {
      const [method = '', path = ''] = endpoint.split(' ')
      const { status, body } = await api.request(method, path)
      expect(status).toBe(401)
      expect(body).toMatchObject({ code: 'unauthenticated' })
    },
  )
})

describe('the OpenAPI document', () => {
  const document = openapiDocument()

  test('is the one that is committed (npm run openapi -w billhook writes it)', () => {
    const committed = readFileSync(join(import.meta.dirname, '../../openapi.json'), 'utf8')
    expect(JSON.parse(committed)).toEqual(JSON.parse(JSON.stringify(document)))
  })

  test('is served as it is', async () => {
    const { body } = await api.request('GET', '/openapi.json')
    expect(body).toEqual(JSON.parse(JSON.stringify(document)))
  })

  test('gives an example of every answer', () => {
    const bare = operations().flatMap(({ name, operation }) =>
      Object.entries(operation.responses ?? {})
        .filter(([, response]) => !hasExample(response))
        .map(([status]) => `${name} ${status}`),
    )
    expect(bare).toEqual([])
  })

  function hasExample(response: unknown): boolean {
    const text = JSON.stringify(response)
    const schemas = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name ?? '')
    const components = JSON.parse(JSON.stringify(document.components?.schemas ?? {})) as Record<
      string,
      unknown
    >
    return (
      /"examples?":/.test(text) || schemas.some((name) => /"example":/.test(JSON.stringify(components[name])))
    )
  }
})

describe('the docs page', () => {
  test('asks nobody but us: what it loads is here', async () => {
    const { status, headers, body } = await api.request('GET', '/docs')
    expect(status).toBe(200)
    expect(headers.get('content-security-policy')).toContain("script-src 'self'")
    const loaded = [...String(body).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address ?? '')
    expect(loaded.length).toBeGreaterThan(2)
    for (const address of loaded) {
      const asset = await api.request('GET', new URL(address, 'http://localhost/docs').pathname)
      expect(asset.status, address).toBe(200)
    }
  })

  test('has no inline script, which its own policy would stop', async () => {
    const { body } = await api.request('GET', '/docs')
    expect(String(body)).not.toMatch(/<script>|<style>| on\w+=/)
  })

  test.each(['package.json', '..%2fpackage.json', 'swagger-ui-bundle.js.map', '%2e%2e/package.json'])(
    'serves no other file: %s',
    async (file) => {
      const { status } = await api.request('GET', `/docs/assets/${file}`)
      expect(status).toBe(404)
    },
  )
})

describe('for whoever runs it', () => {
  test('/healthz says that the process is alive', async () => {
    expect(await api.request('GET', '/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } })
  })

  test('/readyz says that it can serve', async () => {
    expect(await api.request('GET', '/readyz')).toMatchObject({ status: 200, body: { status: 'ready' } })
  })
})

interface Operation {
  tags?: string[]
  responses?: Record<string, unknown>
}

function operationOf(path: string, method: string): Operation | undefined {
  return operations().find(({ name }) => name === `${method} ${path}`)?.operation
}

function operations(): { name: string; operation: Operation }[] {
  const paths = openapiDocument().paths ?? {}
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      operation: operation as Operation,
    })),
  )
}
