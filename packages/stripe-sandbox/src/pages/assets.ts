import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Hono } from 'hono'
import { paths } from './paths.ts'

const stylesheet = ['base.css', 'split.css', 'forms.css', 'single.css', 'portal.css', 'document.css']
  .map(read)
  .join('\n')
const script = read('pages.js')

/** Addresses that change with the content, so that a browser can keep each version for ever. */
export const assetAddresses = {
  stylesheet: `${paths.stylesheet}?v=${versionOf(stylesheet)}`,
  script: `${paths.script}?v=${versionOf(script)}`,
}

/** The pages' one stylesheet and one script. */
export function assetRoutes(): Hono {
  const app = new Hono()
  const kept = { 'Cache-Control': 'public, max-age=31536000, immutable' }
  app.get(paths.stylesheet, (http) =>
    http.body(stylesheet, 200, { ...kept, 'Content-Type': 'text/css; charset=utf-8' }),
  )
  app.get(paths.script, (http) =>
    http.body(script, 200, { ...kept, 'Content-Type': 'text/javascript; charset=utf-8' }),
  )
  return app
}

function read(file: string): string {
  return readFileSync(new URL(`./assets/${file}`, import.meta.url), 'utf8')
}

function versionOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 10)
}
