import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { World } from '../context.ts'
import { assetRoutes } from './assets.ts'
import { authenticationRoutes } from './authentication/routes.ts'
import { checkoutRoutes } from './checkout/routes.ts'
import { creditNoteRoutes } from './credit-note/routes.ts'
import { indexPage } from './index-page.ts'
import type { Inspection } from './inspector/inspection.ts'
import { inspectorRoutes } from './inspector/routes.ts'
import { invoiceRoutes } from './invoice/routes.ts'
import { noticePage } from './notice-page.ts'
import { type PageEnv, withContext } from './page-env.ts'
import { paths } from './paths.ts'
import { portalRoutes } from './portal/routes.ts'
import { receiptRoutes } from './receipt/routes.ts'
import { sameOriginOnly, securityHeaders } from './security.ts'

export interface PagesOptions {
  /** Does what time has made due. */
  catchUp: () => void
  /** Told of the sandbox's own faults, each of which is also answered as a 500. */
  onFault: (error: unknown, where: string) => void
  /** Without it, there is no inspector, and `/` says only how to talk to the sandbox. */
  inspection?: Inspection | undefined
}

/**
 * The sandbox's hosted pages: Checkout, authentication, billing portal, invoices and receipts, and the inspector. Mounted at `/`.
 */
export function pagesApp(world: World, { catchUp, onFault, inspection }: PagesOptions): Hono<PageEnv> {
  const app = new Hono<PageEnv>()
  app.use(securityHeaders)
  app.use(sameOriginOnly)
  app.use(withContext(world, catchUp))
  app.route('/', assetRoutes())
  app.route('/', checkoutRoutes())
  app.route('/', authenticationRoutes())
  app.route('/', portalRoutes())
  app.route('/', invoiceRoutes())
  app.route('/', creditNoteRoutes())
  app.route('/', receiptRoutes())
  if (inspection) app.route('/', inspectorRoutes(inspection))
  else app.get(paths.index, (http) => http.html(indexPage(world.origin)))
  app.notFound((http) => http.html(noticePage(pageNotFound), 404))
  app.onError((error, http) => {
    if (error instanceof HTTPException && error.status === 413) return http.html(noticePage(tooLarge), 413)
    onFault(error, `${http.req.method} ${http.req.routePath}`)
    return http.html(noticePage(fault), 500)
  })
  return app
}

const pageNotFound = {
  kind: 'bad',
  title: 'No such page',
  text: 'There is nothing at this address of the sandbox.',
  link: { href: '/', label: 'What is here' },
} as const

const fault = {
  kind: 'bad',
  title: 'The sandbox has a fault',
  text: 'Nothing was changed. Its log says what went wrong.',
} as const

const tooLarge = {
  kind: 'bad',
  title: 'That was too much',
  text: 'The form is larger than any of these pages has.',
} as const
