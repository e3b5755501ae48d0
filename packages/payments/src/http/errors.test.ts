import { Writable } from 'node:stream'
import { Hono } from 'hono'
import pino from 'pino'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { DomainError } from '../domain/errors.ts'
import type { AppEnv } from './context.ts'
import { errorHandler, validationError } from './errors.ts'

function caught(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  throw new Error('it threw nothing')
}

async function answerTo(error: unknown) {
  const lines: { level: number; [field: string]: unknown }[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)))
      done()
    },
  })
  const app = new Hono<AppEnv>()
  app.use((c, next) => {
    c.set('requestId', 'request-1')
    return next()
  })
  app.get('/', () => {
    throw error
  })
  app.onError(errorHandler(pino({}, stream)))
  const answer = await app.request('/')
  return { status: answer.status, headers: answer.headers, body: await answer.json(), lines }
}

test('an error of the catalogue is answered in its words, and is no line in the log', async () => {
  const { status, body, lines } = await answerTo(new DomainError('no_subscription'))
  expect(status).toBe(404)
  expect(body).toEqual({
    detail: 'No active subscription found.',
    code: 'no_subscription',
    request_id: 'request-1',
  })
  expect(lines).toEqual([])
})

test('an unexpected error is 500 without a word of it, and one line with the request id', async () => {
  const { status, body, lines } = await answerTo(new Error('the password is hunter2'))
  expect(status).toBe(500)
  expect(body).toEqual({
    detail: 'Something went wrong on our side.',
    code: 'internal_error',
    request_id: 'request-1',
  })
  expect(lines).toMatchObject([
    { level: 50, requestId: 'request-1', err: { message: 'the password is hunter2' } },
  ])
})

test("a ZodError that no validator of a request threw is our mistake, not the caller's", async () => {
  const { status } = await answerTo(caught(() => z.string().parse(7)))
  expect(status).toBe(500)
})

test('what comes later says when', async () => {
  const { status, headers } = await answerTo(new DomainError('rate_limited', { retryAfterSeconds: 7 }))
  expect({ status, retryAfter: headers.get('retry-after') }).toEqual({ status: 429, retryAfter: '7' })
})

test('a lost database is 503 with the time to wait', async () => {
  const lost = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' })
  const { status, headers, body } = await answerTo(lost)
  expect({ status, body }).toMatchObject({ status: 503, body: { code: 'database_unavailable' } })
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
})

test('wrong fields are named by their path', () => {
  const result = z.object({ a: z.object({ b: z.string() }) }).safeParse({ a: { b: 1 } })
  const error = validationError(result.error ?? new z.ZodError([]))
  expect(error.fields).toEqual([{ path: 'a.b', message: expect.stringContaining('string') }])
})
