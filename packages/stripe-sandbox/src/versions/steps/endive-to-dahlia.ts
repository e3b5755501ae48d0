import type { Step } from '../step.ts'

/**
 * 2026-09-30.endive took parameters away (`payment_method_types`, a bare `billing_cycle_anchor`) and no field of an answer: of
 * the objects here, dahlia only lacks fields.
 */
export const endiveToDahlia: Step = {}
