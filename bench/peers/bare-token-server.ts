import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { jwtVerify } from 'jose'

/** The ceiling: the same framework, which only verifies the token. Argument: the HS256 secret. Prints its port. */
const secret = new TextEncoder().encode(process.argv[2] ?? '')
const app = new Hono()
app.get('/payments/get-user-subscription', async (c) => {
  const token = c.req.header('authorization')?.slice('Bearer '.length) ?? ''
  const { payload } = await jwtVerify(token, secret, { algorithms: ['HS256'] })
  return c.json({ subscription: null, message: 'No active subscription', sub: payload.sub })
})
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => console.log(`PORT ${port}`))
