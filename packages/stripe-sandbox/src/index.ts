export type { SandboxClock } from './clock.ts'
export type { Context } from './context.ts'
export { createSandbox, type Sandbox, type SandboxOptions } from './create-sandbox.ts'
export type { Store } from './store/store.ts'
