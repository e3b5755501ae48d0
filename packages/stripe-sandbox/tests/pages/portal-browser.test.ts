import type { Browser } from 'playwright-core'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { noBrowser, sharedBrowser } from '../support/browser.ts'
import { startPortal } from '../support/portal.ts'

describe.skipIf(noBrowser !== undefined)('the portal in a browser', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await sharedBrowser()
  })

  test.each([true, false])(
    'a plan is changed from the keyboard, and leads to the shop: scripts %s',
    async (scripts) => {
      const life = await startPortal()
      // Another origin than the page's: browsers check it against the page's policy.
      const shop = `${life.sandbox.url.replace('127.0.0.1', 'localhost')}/?changed`
      const { url } = await life.open({
        flow_data: {
          type: 'subscription_update',
          subscription_update: { subscription: life.born.id },
          after_completion: { type: 'redirect', redirect: { return_url: shop } },
        },
      })
      const page = await browser.newPage({
        javaScriptEnabled: scripts,
        viewport: { width: 320, height: 640 },
      })
      onTestFinished(() => page.close())
      await page.goto(url)
      await page.getByRole('radio', { name: 'Larkspur Team Current plan' }).focus()
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: 'Confirm your change' }).waitFor()
      const isWide = 'document.documentElement.scrollWidth > document.documentElement.clientWidth'
      expect(await page.evaluate(isWide)).toBe(false)
      await page.getByRole('button', { name: 'Pay $261.00 and change plan' }).press('Enter')
      await page.waitForURL(shop)
      expect((await life.now()).items.data[0]?.price.id).toBe('price_demo_team_yearly')
    },
  )
})
