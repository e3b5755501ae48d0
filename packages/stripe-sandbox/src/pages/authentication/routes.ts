import { Hono } from 'hono'
import { confirmAuthentication, readChallenge } from '../../billing/confirm-authentication.ts'
import type { Context } from '../../context.ts'
import { readForm, textOf } from '../form.ts'
import { noticePage } from '../notice-page.ts'
import type { PageEnv, PageHttp } from '../page-env.ts'
import { paths } from '../paths.ts'
import { safeLink } from '../safe-link.ts'
import { setPolicy } from '../security.ts'
import { authenticationPage } from './page.ts'
import { whereNext } from './where-next.ts'

/** The page of one 3-D Secure challenge. Posts `answer` = `succeed` or `fail`; the first answer counts. */
export function authenticationRoutes(): Hono<PageEnv> {
  const app = new Hono<PageEnv>()
  const path = paths.authentication(':authenticationId')

  app.get(path, (http) => show(http.get('context'), http))

  app.post(path, async (http) => {
    const context = http.get('context')
    const id = http.req.param('authenticationId') ?? ''
    const answer = textOf(await readForm(http), 'answer')
    const isAnswer = answer === 'succeed' || answer === 'fail'
    if (!isAnswer || readChallenge(context, id)?.state !== 'waiting') return show(context, http)
    const outcome = context.store.transaction(() => confirmAuthentication(context, id, answer))
    const challenge = readChallenge(context, id)
    if (outcome.outcome === 'requires_action') {
      return http.redirect(paths.authentication(outcome.authenticationId), 303)
    }
    if (outcome.outcome === 'closed' || !challenge) return show(context, http)
    const target = safeLink(whereNext(context, challenge, outcome.outcome === 'complete'))
    return target ? http.redirect(target, 303) : http.html(noticePage(finished))
  })
  return app
}

function show(context: Context, http: PageHttp): Response | Promise<Response> {
  const challenge = readChallenge(context, http.req.param('authenticationId') ?? '')
  if (!challenge) return http.html(noticePage(unknown), 404)
  if (challenge.state !== 'waiting') {
    const href = safeLink(challenge.returnUrl)
    return http.html(noticePage({ ...answered, link: href ? { href, label: 'Continue' } : null }), 410)
  }
  setPolicy(http, 'any-site')
  return http.html(authenticationPage(challenge))
}

const unknown = {
  kind: 'bad',
  title: 'No such authentication',
  text: 'The address may be cut short, or the sandbox was started with other data since it was made.',
} as const
const answered = {
  kind: 'plain',
  title: 'This authentication is over',
  text: 'It was answered before, or another attempt took its place.',
} as const
const finished = { kind: 'good', title: 'Done', text: 'You can close this page.' } as const
