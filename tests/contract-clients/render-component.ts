import React from 'react'
import { transformWithOxc } from 'vite'
import { runInTab, type Tab } from './page.ts'

/** What a person sees and does in a rendered component. */
export interface Rendered {
  text(): string
  click(buttonText: string): void
  unmount(): void
}

/**
 * Compiles a component of the contract as a bundler would (JSX to calls), and renders it with React into the tab's document.
 * The imports of `react` are answered with React's own functions.
 */
export async function renderComponent(
  tab: Tab,
  code: string,
  name: string,
  props: Record<string, unknown> = {},
): Promise<Rendered> {
  const withoutImport = code.replace(/^import .* from 'react';\n/, '')
  const compiled = await transformWithOxc(withoutImport, `${name}.jsx`, { jsx: { runtime: 'classic' } })
  const { useEffect, useState } = React
  const scope = { React, useEffect, useState }
  // A boundary: the text of the contract says that it is a component.
  const Component = runInTab(tab, compiled.code, name, scope) as React.FunctionComponent<typeof props>

  const { document } = tab.window
  // React asks for these when it is loaded, and for the event under way when it draws.
  Object.assign(globalThis, { window: tab.window, document })
  const { createRoot } = await import('react-dom/client')
  const container = document.createElement('div')
  document.body.append(container)
  // happy-dom's element is the browser's to React, not to the type checker.
  const root = createRoot(container as unknown as Parameters<typeof createRoot>[0])
  root.render(React.createElement(Component, props))

  return {
    text: () => container.textContent.replaceAll(/\s+/g, ' '),
    click(buttonText) {
      const buttons = [...container.querySelectorAll('button')]
      const button = buttons.find(({ textContent }) => textContent.trim() === buttonText)
      if (button === undefined) throw new Error(`There is no button "${buttonText}".`)
      button.click()
    },
    unmount: () => root.unmount(),
  }
}
