import { Hono } from 'hono'
import type Stripe from 'stripe'
import {
  configurationOfLogin,
  loginAgain,
  loginByEmail,
  recoverableSession,
} from '../../billing/portal-login.ts'
import { readForm, textOf } from '../form.ts'
import type { Html } from '../markup.ts'
import { noticePage } from '../notice-page.ts'
import type { PageEnv } from '../page-env.ts'
import { paths } from '../paths.ts'
import { expiredPage } from './expired-page.ts'
import { loginPage } from './login-page.ts'
import { param } from './visit.ts'

/** The login page of a portal configuration, and going on with a link that is over. No mail leaves a sandbox, so the page shows what would be in it. */
export function loginRoutes(): Hono<PageEnv> {
  const app = new Hono<PageEnv>()
  const path = paths.portalLogin(':loginToken')

  app.get(path, (http) => {
    const token = param(http, 'loginToken')
    const configuration = configurationOfLogin(http.get('context'), token)
    if (!configuration) return http.html(noticePage(unknown), 404)
    return http.html(loginPage(configuration, token, { email: '', problem: null }))
  })

  app.post(path, async (http) => {
    const email = textOf(await readForm(http), 'email')
    const token = param(http, 'loginToken')
    const context = http.get('context')
    const configuration = configurationOfLogin(context, token)
    if (!configuration) return http.html(noticePage(unknown), 404)
    const session = context.store.transaction(() => loginByEmail(context, configuration, email))
    if (session === null) {
      const problem = 'No customer has this email address. (Stripe would not say so: it just sends no mail.)'
      return http.html(loginPage(configuration, token, { email, problem }), 404)
    }
    return http.html(mailPage(session, email))
  })

  app.post(paths.portalRelogin(':portalSessionId'), async (http) => {
    const email = textOf(await readForm(http), 'email')
    const context = http.get('context')
    const id = param(http, 'portalSessionId')
    const over = recoverableSession(context, id)
    if (!over) return http.html(expiredPage(context, id), 410)
    const session = context.store.transaction(() => loginAgain(context, over, email))
    if (session === null)
      return http.html(expiredPage(context, id, 'This is not the email of the account.'), 400)
    return http.html(mailPage(session, email))
  })
  return app
}

function mailPage(session: Stripe.BillingPortal.Session, email: string): Html {
  return noticePage({
    kind: 'good',
    title: 'Check your email',
    text: `Stripe would now send a link and a one-time passcode to ${email}. A sandbox sends no mail: here is the link. It works for 5 minutes.`,
    link: { href: paths.portal(session.id), label: 'Open your billing' },
  })
}

const unknown = {
  kind: 'bad',
  title: 'No such login page',
  text: 'The address may be cut short, or this login page was turned off.',
} as const
