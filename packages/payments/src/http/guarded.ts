import type { RouteConfig } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import type { AppEnv } from './context.ts'

/** The route with its guards before it. They run before validation: a stranger learns nothing about what is valid. */
export function guarded<R extends RouteConfig>(route: R, guards: MiddlewareHandler<AppEnv>[]) {
  return { ...route, middleware: guards }
}
