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

/** A headless browser that talks to nobody but the pages it is sent to. */
export function launchBrowser(): Promise<Browser> {
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
