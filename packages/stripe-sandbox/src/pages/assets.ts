import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Hono } from 'hono'
import { inspectorPaths } from './inspector/inspector-paths.ts'
import { paths } from './paths.ts'

/** Of each kind of page, its one stylesheet and its one script. */
const bundles = {
  pages: {
    stylesheet: bundle(paths.stylesheet, [
      'base.css',
      'split.css',
      'forms.css',
      'single.css',
      'portal.css',
      'portal-plans.css',
      'document.css',
    ]),
    script: bundle(paths.script, ['pages.js']),
  },
  inspector: {
    stylesheet: bundle(inspectorPaths.stylesheet, [
      'base.css',
      'forms.css',
      'inspector.css',
      'inspector-lists.css',
      'inspector-details.css',
    ]),
    script: bundle(inspectorPaths.script, ['inspector.js']),
  },
}

/** Addresses that change with the content, so that a browser can keep each version for ever. */
export const assetAddresses = {
  pages: addressesOf(bundles.pages),
  inspector: addressesOf(bundles.inspector),
}

export function assetRoutes(): Hono {
  const app = new Hono()
  const kept = { 'Cache-Control': 'public, max-age=31536000, immutable' }
  for (const { stylesheet, script } of Object.values(bundles)) {
    app.get(stylesheet.path, (http) =>
      http.body(stylesheet.text, 200, { ...kept, 'Content-Type': 'text/css; charset=utf-8' }),
    )
    app.get(script.path, (http) =>
      http.body(script.text, 200, { ...kept, 'Content-Type': 'text/javascript; charset=utf-8' }),
    )
  }
  return app
}

interface Bundle {
  path: string
  text: string
}

function bundle(path: string, files: readonly string[]): Bundle {
  const text = files
    .map((file) => readFileSync(new URL(`./assets/${file}`, import.meta.url), 'utf8'))
    .join('\n')
  return { path, text }
}

function addressesOf({ stylesheet, script }: { stylesheet: Bundle; script: Bundle }) {
  return { stylesheet: versioned(stylesheet), script: versioned(script) }
}

function versioned({ path, text }: Bundle): string {
  return `${path}?v=${createHash('sha256').update(text).digest('hex').slice(0, 10)}`
}
