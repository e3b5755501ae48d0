export type { SandboxClock } from './clock.ts'
export type { Context } from './context.ts'
export { createSandbox, type Sandbox, type SandboxOptions } from './create-sandbox.ts'
export {
  type FaultDescription,
  type FaultScope,
  type FaultSetting,
  faultCatalogue,
} from './faults/fault-catalogue.ts'
export type { Fault, FaultFilter, FaultName, FaultRule } from './faults/fault-rule.ts'
export type { Faults, ListedFaultRule } from './faults/faults.ts'
export { FaultRuleError } from './faults/parse-fault-rule.ts'
export { FixtureError, type FixtureFile, parseFixtures } from './fixtures/fixture-file.ts'
export type { Store } from './store/store.ts'
export { apiVersions } from './versions/api-version.ts'
export { type Watcher, watchSandboxes } from './watch.ts'
export type { ApiCall } from './wire/api-call.ts'
