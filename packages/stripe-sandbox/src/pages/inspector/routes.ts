import { Hono, type Context as HttpContext } from 'hono'
import { resend } from '../../events/resend.ts'
import { readForm } from '../form.ts'
import { noticePage } from '../notice-page.ts'
import { ControlRefusal } from './control.ts'
import { deliveriesPage } from './deliveries-page.ts'
import { eventsPage } from './events-page.ts'
import { objectById } from './find.ts'
import type { Inspection } from './inspection.ts'
import { inspectorPaths, withQuery } from './inspector-paths.ts'
import { objectsPage } from './objects-page.ts'
import { overviewPage } from './overview-page.ts'
import { requestsPage } from './requests-page.ts'
import { Sayings } from './sayings.ts'
import { inspectorSecurity } from './security.ts'
import { unlessSame } from './unless-same.ts'

/** The inspector: what the sandbox holds, announces, delivers and is asked, and the little that can be done about it. */
export function inspectorRoutes(inspection: Inspection): Hono {
  const app = new Hono()
  const { context, requests, wallClock, controls } = inspection
  const { store } = context
  for (const path of [inspectorPaths.overview, '/inspector/*']) {
    app.use(path, inspectorSecurity(context.origin), unlessSame(inspection))
  }

  const said = new Sayings(context.ids)

  app.get(inspectorPaths.overview, (http) => {
    const done = said.get(given(http, 'said'))
    return http.html(overviewPage(inspection, done === undefined ? null : { done }))
  })
  app.get(inspectorPaths.objects, (http) => http.html(objectsPage(inspection, objectsQuery(http), null)))
  app.get('/inspector/objects/:id', (http) => {
    const object = objectById(store, http.req.param('id'))
    return object ? http.html(objectsPage(inspection, objectsQuery(http), object)) : missing(http, 'object')
  })
  app.get(inspectorPaths.events, (http) => http.html(eventsPage(inspection, eventsQuery(http), null, null)))
  app.get('/inspector/events/:id', (http) => {
    const event = store.get('event', http.req.param('id'))
    return event
      ? http.html(eventsPage(inspection, eventsQuery(http), event, said.get(given(http, 'said')) ?? null))
      : missing(http, 'event')
  })
  app.get(inspectorPaths.deliveries, (http) =>
    http.html(
      deliveriesPage(inspection, {
        state: given(http, 'state'),
        endpoint: given(http, 'endpoint'),
        before: given(http, 'before'),
      }),
    ),
  )
  app.get(inspectorPaths.requests, (http) => http.html(requestsPage(inspection, requestsQuery(http), null)))
  app.get('/inspector/requests/:id', (http) => {
    const call = requests.get(http.req.param('id'))
    return call ? http.html(requestsPage(inspection, requestsQuery(http), call)) : missing(http, 'request')
  })

  app.post('/inspector/events/:id/resend', async (http) => {
    const event = store.get('event', http.req.param('id'))
    if (!event) return missing(http, 'event')
    const endpoint = (await readForm(http)).get('endpoint') ?? ''
    const isSent = store.transaction(() => resend(context, event, endpoint, wallClock.nowMs()))
    if (!isSent) return http.html(noticePage(noEndpoint), 409)
    return http.redirect(
      withQuery(inspectorPaths.event(event.id), { said: said.add('The event was sent again.') }),
      303,
    )
  })
  app.post('/inspector/controls/:name', async (http) => {
    const control = controls.find(({ name }) => name === http.req.param('name'))
    if (!control) return http.notFound()
    try {
      const done = await control.act(await readForm(http))
      return http.redirect(withQuery(inspectorPaths.overview, { said: said.add(done) }), 303)
    } catch (error) {
      if (!(error instanceof ControlRefusal)) throw error
      return http.html(overviewPage(inspection, { problem: error.message }), 409)
    }
  })
  return app
}

function given(http: HttpContext, name: string): string | null {
  return http.req.query(name) || null
}

function objectsQuery(http: HttpContext) {
  return { type: given(http, 'type'), q: given(http, 'q'), before: given(http, 'before') }
}

function eventsQuery(http: HttpContext) {
  return { type: given(http, 'type'), object: given(http, 'object'), before: given(http, 'before') }
}

function requestsQuery(http: HttpContext) {
  return {
    method: given(http, 'method'),
    status: given(http, 'status'),
    q: given(http, 'q'),
    before: given(http, 'before'),
  }
}

function missing(http: HttpContext, noun: string): Response | Promise<Response> {
  return http.html(
    noticePage({
      kind: 'bad',
      title: `No such ${noun}`,
      text: 'It may have been forgotten, or the sandbox was started with other data since.',
      link: { href: inspectorPaths.overview, label: 'Overview' },
    }),
    404,
  )
}

const noEndpoint = {
  kind: 'bad',
  title: 'Nothing was sent',
  text: 'The endpoint is gone, is disabled, or takes no events of this type.',
  link: { href: inspectorPaths.events, label: 'Events' },
} as const
