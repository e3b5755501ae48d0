import { Window } from 'happy-dom'

/** The tab of a browser in which the contract's clients run: the environment that they assume, and nothing else. */
export interface Tab {
  window: Window
  /** Where the page has sent the browser; null: nowhere yet. */
  sentTo(): string | null
  close(): Promise<void>
}

/**
 * Opens a page of the app at `baseUrl`, so that the clients' relative addresses are the service's, logged in with `accessToken`.
 * A page that navigates gets its new address but loads nothing.
 */
export function openTab(baseUrl: string, accessToken: string): Tab {
  const page = `${baseUrl}/app`
  const window = new Window({ url: page, settings: { navigation: { disableMainFrameNavigation: true } } })
  window.localStorage.setItem('access_token', accessToken)
  return {
    window,
    sentTo: () => (window.location.href === page ? null : window.location.href),
    close: () => window.happyDOM.close(),
  }
}

/** Runs script code of the contract in the tab and answers what it defines under `name`. */
export function runInTab(tab: Tab, code: string, name: string, scope: Record<string, unknown> = {}): unknown {
  const { window } = tab
  const names = {
    window,
    localStorage: window.localStorage,
    fetch: window.fetch.bind(window),
    console,
    ...scope,
  }
  return new Function(...Object.keys(names), `${code}\nreturn ${name}`)(...Object.values(names))
}
