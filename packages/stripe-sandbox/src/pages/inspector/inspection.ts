import type { SandboxClock } from '../../clock.ts'
import type { Context } from '../../context.ts'
import type { RequestLog } from '../../wire/request-log.ts'
import type { InspectorControl } from './control.ts'

/** What the inspector looks at, and what can be done from it. */
export interface Inspection {
  context: Context
  requests: RequestLog
  /** Deliveries and requests happen in real time, whatever the sandbox's clock says. */
  wallClock: SandboxClock
  controls: readonly InspectorControl[]
}
