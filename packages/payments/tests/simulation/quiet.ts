import { setImmediate as nextTurn } from 'node:timers/promises'
import type { HeldConnection } from './gate/connection.ts'
import type { World } from './world.ts'

/** Turns of the event loop that what has arrived needs until it has become the next question. */
const TURNS = 4

/**
 * Resolves when nothing goes on by itself: every question waits at the gate, or in PostgreSQL for a lock that somebody at the gate
 * holds, and every wait is for time to pass.
 */
export async function untilQuiet(world: World): Promise<void> {
  const { gate, stage } = world
  let isNews = true
  const stopListening = gate.onNews(() => {
    isNews = true
  })
  try {
    for (;;) {
      isNews = false
      for (let turn = 0; turn < TURNS && !isNews; turn++) await nextTurn()
      if (isNews || world.isBusy() || gate.isCarrying()) continue
      const asking = withoutLate(gate.underWay(), world.app?.late ?? 0)
      if (asking.length === 0 && (gate.waiting().length > 0 || !readsFiles())) return
      if (asking.length === 0) continue
      if (await isNewsWithin(world, 4)) continue
      const processIds = asking.map(({ processId }) => processId ?? 0)
      const waiting = await stage.waitingForLock(processIds)
      if (!isNews && processIds.every((id) => waiting.has(id))) return
    }
  } finally {
    stopListening()
  }
}

/** Those that the app lets wait go on when time does. */
function withoutLate(asking: readonly HeldConnection[], late: number): HeldConnection[] {
  let left = late
  return asking.filter(({ line }) => line !== 'app' || left-- <= 0)
}

/** The schema's files, at the start of a replica. */
function readsFiles(): boolean {
  return process.getActiveResourcesInfo().some((resource) => /^(FSReq|CloseReq)/.test(resource))
}

function isNewsWithin({ gate }: World, milliseconds: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => resolve(false), milliseconds)
  const stop = gate.onNews(() => resolve(true))
  return promise.finally(() => {
    clearTimeout(timer)
    stop()
  })
}
