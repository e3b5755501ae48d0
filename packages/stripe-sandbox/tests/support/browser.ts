import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const found = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path && existsSync(path))

/** Why browser tests cannot run here; undefined when they can. */
export const noBrowser: string | undefined = found
  ? undefined
  : 'no Chromium found: install it or set CHROMIUM_PATH'

let shared: Promise<Browser> | undefined

/**
 * The headless browser of this process; it talks to nobody but the pages it is sent to. Each `newPage` has nothing stored and is
 * closed by its test. The browser stays for the next file, and ends with the process: a start costs more than most tests.
 */
export function sharedBrowser(): Promise<Browser> {
  shared ??= launch()
  return shared
}

function launch(): Promise<Browser> {
  if (!found) throw new Error(noBrowser)
  return chromium.launch({
    executablePath: found,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}
