import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterEach, beforeAll } from 'vitest'
import { noBrowser, sharedBrowser } from '../../packages/stripe-sandbox/tests/support/browser.ts'

export const hasBrowser = noBrowser === undefined
if (!hasBrowser) console.log(`The shop's browser tests are skipped: ${noBrowser}`)

export interface Visitor {
  page: Page
  /** What the console and the scripts of the pages complained about so far. */
  complaints: string[]
}

/** The browser for the tests of one file. Each `open` is a visitor with nothing stored, gone after the test. */
export function useBrowser(): { open(options?: BrowserContextOptions): Promise<Visitor> } {
  let browser: Browser | null = null

  beforeAll(async () => {
    browser = await sharedBrowser()
  })
  afterEach(async () => {
    await Promise.all(browser?.contexts().map((context) => context.close()) ?? [])
  })

  return {
    async open(options = {}) {
      if (browser === null) throw new Error('There is a browser from beforeAll on.')
      const context = await browser.newContext({ locale: 'en-US', ...options })
      context.setDefaultTimeout(10_000)
      const page = await context.newPage()
      const complaints: string[] = []
      page.on('pageerror', (error) => complaints.push(error.message))
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text())
      })
      return { page, complaints }
    },
  }
}
