import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { ZodError } from 'zod'
import { isDatabaseUnavailable, isRefused } from '../db/errors.ts'
import { DomainError } from '../domain/errors.ts'
import type { Logger } from '../observability/log.ts'
import { domainErrorOf } from '../stripe/errors.ts'
import type { AppEnv } from './context.ts'

/** How long a caller waits before it asks again when a dependency is away and nothing better is known. */
const RETRY_AFTER_SECONDS = 5

/** Answers `{detail, code, request_id}` for whatever a route or a middleware threw. What nobody expected is logged here, once, and answered 500. */
export function errorHandler(log: Logger): (error: unknown, c: Context<AppEnv>) => Response {
  return (error, c) => {
    const known = toDomainError(error)
    if (known.status >= 500) {
      log.error({ err: error, requestId: c.get('requestId'), path: c.req.path }, known.code)
    } else if (known.cause !== undefined) {
      log.info({ err: known.cause, requestId: c.get('requestId'), path: c.req.path }, known.code)
    }
    return errorAnswer(c, known)
  }
}

/** The answer for one error. Carries nothing but the catalogue's words: no message of another system, no stack. */
export function errorAnswer(c: Context<AppEnv>, error: DomainError): Response {
  if (error.retryAfterSeconds !== null) c.header('Retry-After', String(error.retryAfterSeconds))
  return c.json(
    {
      detail: error.message,
      code: error.code,
      request_id: c.get('requestId') ?? '',
      ...(error.fields.length > 0 && { errors: error.fields }),
    },
    // Every status in the catalogue takes a body.
    error.status as ContentfulStatusCode,
  )
}

/** 400 with one entry per field; `path` is dotted, empty when the body as a whole is wrong. */
export function validationError(error: ZodError): DomainError {
  const fields = error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }))
  const first = fields[0]
  return new DomainError('validation_failed', {
    fields,
    ...(first && { detail: first.path ? `${first.path}: ${first.message}` : first.message }),
  })
}

function toDomainError(error: unknown): DomainError {
  if (error instanceof DomainError) return error
  if (error instanceof HTTPException) return fromHttpException(error)
  if (isDatabaseUnavailable(error) || isRefused(error)) {
    return new DomainError('database_unavailable', { cause: error, retryAfterSeconds: RETRY_AFTER_SECONDS })
  }
  return domainErrorOf(error) ?? new DomainError('internal_error', { cause: error })
}

/** Hono and its validators throw these: malformed JSON and a foreign content type are both "send JSON" to the caller. */
function fromHttpException(error: HTTPException): DomainError {
  if (error.status === 400 || error.status === 415) return new DomainError('malformed_json')
  if (error.status === 413) return new DomainError('body_too_large')
  return new DomainError('internal_error', { cause: error })
}
