import { Hono } from 'hono'
import type { PortalView } from '../../billing/portal.ts'
import {
  addTaxIdInPortal,
  changeableDetails,
  changeDetailsInPortal,
  type DetailKind,
  removeTaxIdInPortal,
} from '../../billing/portal-details.ts'
import { readForm } from '../form.ts'
import type { PageEnv } from '../page-env.ts'
import { paths } from '../paths.ts'
import { checkDetails, detailsOf, readDetails } from './details-form.ts'
import { detailsPage } from './details-page.ts'
import { isTaxIdKind } from './tax-ids.ts'
import { type Finish, param, refuse, visitPortal } from './visit.ts'

/** Changing who is billed: the form of details, and the tax ids. */
export function detailsRoutes(finish: Finish): Hono<PageEnv> {
  const app = new Hono<PageEnv>()
  const details = paths.portalDetails(':portalSessionId')

  app.get(details, (http) =>
    visitPortal(http, 'details', (view) => {
      const allowed = changeableDetails(view)
      if (!hasForm(view, allowed)) return refuse(http)
      return http.html(detailsPage(view, allowed, { details: detailsOf(view.customer), errors: new Map() }))
    }),
  )

  app.post(details, async (http) => {
    const typed = readDetails(await readForm(http))
    return visitPortal(http, 'details', (view, context) => {
      const allowed = changeableDetails(view)
      if (!hasForm(view, allowed)) return refuse(http)
      const errors = checkDetails(typed, allowed)
      if (errors.size > 0) return http.html(detailsPage(view, allowed, { details: typed, errors }), 400)
      changeDetailsInPortal(context, view, typed)
      return finish(http, view, { done: true }, 'details')
    })
  })

  app.post(paths.portalTaxIds(':portalSessionId'), async (http) => {
    const form = await readForm(http)
    const type = form.get('type') ?? ''
    const value = (form.get('value') ?? '').trim().slice(0, 100)
    return visitPortal(http, 'tax_ids', (view, context) => {
      if (!isTaxIdKind(type)) return refuse(http)
      return finish(http, view, addTaxIdInPortal(context, view, { type, value }), 'tax_id')
    })
  })

  app.post(paths.portalTaxId(':portalSessionId', ':taxId'), (http) =>
    visitPortal(http, 'tax_ids', (view, context) =>
      finish(http, view, removeTaxIdInPortal(context, view, param(http, 'taxId')), 'tax_id_removed'),
    ),
  )
  return app
}

/** A link for the details alone shows the tax ids there too. */
function hasForm({ flow }: PortalView, allowed: readonly DetailKind[]): boolean {
  return flow ? allowed.length > 0 : allowed.some((kind) => kind !== 'tax_id')
}
