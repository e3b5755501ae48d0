import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { AppEnv } from '../context.ts'
import { openapiDocument } from '../openapi.ts'

/** Files of swagger-ui-dist that the page needs, and their types. Nothing else of the package can be asked for. */
const ASSETS = new Map([
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ['favicon-32x32.png', 'image/png'],
])

/** Everything from here and nothing inline but style attributes, which Swagger UI sets. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Billhook API</title>
<link rel="icon" href="docs/assets/favicon-32x32.png">
<link rel="stylesheet" href="docs/assets/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="docs/assets/swagger-ui-bundle.js"></script>
<script src="docs/assets/start.js"></script>
</body>
</html>
`

/** `openapi.json` is beside this page wherever the app is mounted. */
const START = `SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
})
`

/** The document and a page that shows it without any network but ours. */
export function mountDocs(app: OpenAPIHono<AppEnv>): void {
  // Made when somebody asks: it costs more than everything else at the start.
  let document: string | null = null

  app.get('/openapi.json', (c) => {
    document ??= JSON.stringify(openapiDocument())
    return c.body(document, 200, { 'Content-Type': 'application/json; charset=utf-8' })
  })

  app.get('/docs', (c) => c.html(PAGE, 200, { 'Content-Security-Policy': CONTENT_SECURITY_POLICY }))

  app.get('/docs/', (c) => c.redirect('../docs', 301))

  app.get('/docs/assets/start.js', (c) =>
    c.body(START, 200, { 'Content-Type': 'text/javascript; charset=utf-8', 'Cache-Control': 'max-age=3600' }),
  )

  app.get('/docs/assets/:file', async (c) => {
    const file = c.req.param('file')
    const type = ASSETS.get(file)
    if (type === undefined) return c.notFound()
    const path = createRequire(import.meta.url).resolve(`swagger-ui-dist/${file}`)
    return c.body(await readFile(path), 200, { 'Content-Type': type, 'Cache-Control': 'max-age=86400' })
  })
}
