import { describe, expect, test } from 'vitest'
import { faultCatalogue } from '../../src/faults/fault-catalogue.ts'
import type { Sandbox } from '../../src/index.ts'
import { type PlainAnswer, send } from '../support/http.ts'
import { start } from '../support/start.ts'

describe('faults over HTTP', () => {
  test('are added one by one', async () => {
    const { sandbox } = await start()
    const rule = { fault: 'rate_limit', count: 3, where: { path: '/v1/prices' } }
    expect(await control(sandbox, 'POST', '/faults', rule)).toMatchObject({ status: 201, body: rule })
    expect(sandbox.faults.list()).toMatchObject([rule])
  })

  test('are replaced together with the seed', async () => {
    const { sandbox } = await start()
    sandbox.faults.add({ fault: 'stall' })
    const body = { seed: 42, rules: [{ fault: 'deliver_twice', probability: 0.5 }] }
    expect(await control(sandbox, 'PUT', '/faults', body)).toMatchObject({ status: 200, body })
    expect(sandbox.faults.seed).toBe(42)
  })

  test('are shown with the seed and with all that there are', async () => {
    const { sandbox } = await start()
    const { id } = sandbox.faults.add({ fault: 'lose_answer' })
    const { body } = await control(sandbox, 'GET', '/faults')
    expect(body).toMatchObject({
      seed: sandbox.faults.seed,
      rules: [{ id, fault: 'lose_answer', struck: 0 }],
    })
    expect(body).toMatchObject({ catalogue: faultCatalogue })
  })

  test('are taken away by id or all at once', async () => {
    const { sandbox } = await start()
    const { id } = sandbox.faults.add({ fault: 'lose_answer' })
    sandbox.faults.add({ fault: 'stall' })
    expect(await control(sandbox, 'DELETE', `/faults/${id}`)).toMatchObject({ status: 200 })
    expect(await control(sandbox, 'DELETE', `/faults/${id}`)).toMatchObject({ status: 404 })
    expect(await control(sandbox, 'DELETE', '/faults')).toMatchObject({ body: { rules: [] } })
  })

  test('do not strike the control itself', async () => {
    const { sandbox } = await start()
    sandbox.faults.add({ fault: 'reset_connection' })
    expect(await control(sandbox, 'GET', '/faults')).toMatchObject({ status: 200 })
  })
})

describe('what is refused', () => {
  test('a rule that cannot be, with the part that is wrong', async () => {
    const { sandbox } = await start()
    expect(await control(sandbox, 'POST', '/faults', { fault: 'stall', count: 'two' })).toMatchObject({
      status: 400,
      body: { error: { path: 'rule.count', message: expect.stringContaining('whole number') } },
    })
  })

  test.each(['not json', '[]', '"text"'])('a body such as %s', async (body) => {
    const { sandbox } = await start()
    const answer = await send(sandbox, 'POST', '/_sandbox/faults', { body })
    expect(answer).toMatchObject({ status: 400, body: { error: { message: expect.any(String) } } })
  })

  test('a body without end', async () => {
    const { sandbox } = await start()
    const body = JSON.stringify({ fault: 'x'.repeat(300_000) })
    expect((await send(sandbox, 'POST', '/_sandbox/faults', { body })).status).toBe(413)
  })

  test.each(['', 'Bearer sk_test_wrong', 'Bearer pk_test_sandbox'])('the key %j', async (Authorization) => {
    const { sandbox } = await start()
    const answer = await send(sandbox, 'DELETE', '/_sandbox/faults', { headers: { Authorization } })
    expect(answer.status).toBe(401)
  })

  test('an address that there is not', async () => {
    const { sandbox } = await start()
    expect((await control(sandbox, 'GET', '/nothing')).status).toBe(404)
  })
})

function control(sandbox: Sandbox, method: string, path: string, body?: object): Promise<PlainAnswer> {
  return send(sandbox, method, `/_sandbox${path}`, body === undefined ? {} : { body: JSON.stringify(body) })
}
