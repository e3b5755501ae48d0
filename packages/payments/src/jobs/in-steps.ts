import type { GoesOn } from './retention.ts'

const AT_A_TIME = 5_000

/** Deletes in statements of moderate length, until one finds less than it might. @param step answers how many it deleted */
export async function inSteps(goesOn: GoesOn, step: (limit: number) => Promise<number>): Promise<void> {
  let deleted = AT_A_TIME
  while (deleted === AT_A_TIME && (await goesOn())) deleted = await step(AT_A_TIME)
}
