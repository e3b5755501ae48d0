import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { Sandbox } from '../create-sandbox.ts'
import { type TimeSpan, timeUnits } from '../time/time-span.ts'
import { jsonBody } from './json-body.ts'

/**
 * The sandbox's own time. `GET /clock` answers `{ "now": <unix seconds> }`; `POST /clock` puts it forward, by
 * `{ "days", "hours", "minutes", "seconds" }` or `{ "to": <unix seconds> }`, and answers when all that was due on the way is done.
 */
export function clockRoutes({ now, advance }: Pick<Sandbox, 'now' | 'advance'>): Hono {
  const app = new Hono()
  app.get('/clock', (http) => http.json({ now: now() }))
  app.post('/clock', async (http) => {
    await advance(wanted(await jsonBody(http), now()))
    return http.json({ now: now() })
  })
  return app
}

function wanted(body: Record<string, unknown>, now: number): TimeSpan | { to: number } {
  const unknown = Object.keys(body).find((key) => key !== 'to' && !timeUnits.some((unit) => unit === key))
  if (unknown !== undefined) throw refusal(`There is only to, ${timeUnits.join(', ')}; no ${unknown}.`)
  for (const [key, value] of Object.entries(body)) {
    if (!Number.isSafeInteger(value) || Number(value) < 0) throw refusal(`${key} must be a whole number.`)
  }
  const { to } = body
  if (to === undefined) return body
  if (Object.keys(body).length > 1) throw refusal('Either to, or days, hours, minutes and seconds.')
  if (Number(to) < now) throw refusal('Time only goes forward: to lies in the past.')
  return { to: Number(to) }
}

function refusal(message: string): HTTPException {
  return new HTTPException(400, { message })
}
