import { type Html, html } from '../markup.ts'
import { inspectorPaths } from './inspector-paths.ts'

/**
 * Something of the sandbox that a person may change from the inspector: its clock, its faults. Each is a section of the
 * overview; who owns the thing brings the control, and `createSandbox` hands them to the pages.
 */
export interface InspectorControl {
  /** Part of an address: lower case and hyphens. */
  name: string
  title: string
  /** How it is now, and the forms that change it. Each form is a POST to `action`. */
  show: (action: string) => Html
  /**
   * Does what a form of its own asks, in transactions of its own.
   * @returns a sentence about what was done, shown above the overview. @throws ControlRefusal for what cannot be done.
   */
  act: (form: URLSearchParams) => string | Promise<string>
}

/** What a control says to a form that it does not carry out; the message is shown as it is. */
export class ControlRefusal extends Error {}

/** The controls, side by side. Nothing at all when there are none. */
export function controlsSection(controls: readonly InspectorControl[]): Html | null {
  if (controls.length === 0) return null
  return html`<div class="controls">${controls.map(
    ({ name, title, show }) => html`<section class="panel" aria-labelledby="control-${name}">
<h2 id="control-${name}">${title}</h2>
${show(inspectorPaths.control(name))}
</section>`,
  )}</div>`
}
