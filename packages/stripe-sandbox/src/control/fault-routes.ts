import { Hono } from 'hono'
import { faultCatalogue } from '../faults/fault-catalogue.ts'
import type { FaultRule } from '../faults/fault-rule.ts'
import type { Faults } from '../faults/faults.ts'
import { FaultRuleError } from '../faults/parse-fault-rule.ts'
import { jsonBody } from './json-body.ts'

/**
 * `GET` shows the seed, the rules and every fault that there is; `PUT` replaces seed and rules; `POST` adds one rule; `DELETE`
 * takes all of them away, or one by its id. A rule is written as in code.
 */
export function faultRoutes(faults: Faults): Hono {
  const app = new Hono()
  const present = (): object => ({ seed: faults.seed, rules: faults.list() })
  app.get('/faults', (http) => http.json({ ...present(), catalogue: faultCatalogue }))
  app.put('/faults', async (http) => {
    const { seed, rules, ...others } = await jsonBody(http)
    const [unknown] = Object.keys(others)
    if (unknown !== undefined)
      throw new FaultRuleError(unknown, `There is only seed and rules, no ${unknown}.`)
    if (rules !== undefined && !Array.isArray(rules))
      throw new FaultRuleError('rules', 'rules must be an array.')
    // A boundary: `set` holds every part against its type.
    faults.set({
      ...(seed === undefined ? {} : { seed: seed as number }),
      ...(rules === undefined ? {} : { rules: rules as FaultRule[] }),
    })
    return http.json(present())
  })
  // A boundary: `add` holds every part against its type.
  app.post('/faults', async (http) =>
    http.json(faults.add((await jsonBody(http)) as unknown as FaultRule), 201),
  )
  app.delete('/faults', (http) => {
    faults.clear()
    return http.json(present())
  })
  app.delete('/faults/:id', (http) => {
    const id = http.req.param('id')
    if (faults.remove(id)) return http.json(present())
    return http.json({ error: { message: `There is no rule ${id}.` } }, 404)
  })
  return app
}
