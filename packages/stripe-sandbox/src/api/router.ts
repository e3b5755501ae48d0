import { prepareRoute } from '../wire/prepare-route.ts'
import { Router } from '../wire/router.ts'
import { routes } from './routes.ts'

/**
 * Finds the calls that the sandbox answers. One for all sandboxes of a process: it costs more than the rest of what a sandbox
 * consists of. Apart from `routes`, which the generator of their parameters reads before a new one has any.
 */
export const router = new Router(routes.map(prepareRoute))
