import type { SyncContext } from '../sync/context.ts'
import { createPause } from './pause.ts'

export interface Repeat {
  start(): void
  /** Resolves when the work under way is done. */
  stop(): Promise<void>
}

type RepeatContext = Pick<SyncContext, 'clock' | 'log'>

export interface RepeatOptions {
  /** For the log. */
  name: string
  /** Between two successes; null when one is enough. */
  everyMs: number | null
  /** Long work looks at the signal between two steps: it is aborted by `stop`. */
  work(signal: AbortSignal): Promise<void>
}

const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 60_000

/** Does something now and then again. A failure is said once, and tried again until it works; it never ends the process. */
export function createRepeat(context: RepeatContext, { name, everyMs, work }: RepeatOptions): Repeat {
  const { log } = context
  const pause = createPause(context.clock)
  const stopping = new AbortController()
  let running: Promise<void> | null = null
  let failuresInARow = 0

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const succeeded = await tryOnce()
      if (succeeded && everyMs === null) return
      const waitMs = succeeded ? (everyMs ?? 0) : retryMs()
      if (!stopping.signal.aborted) await pause.wait(waitMs)
    }
  }

  async function tryOnce(): Promise<boolean> {
    try {
      await work(stopping.signal)
      if (failuresInARow > 0) log.info({ job: name, failures: failuresInARow }, 'Job works again')
      failuresInARow = 0
      return true
    } catch (error) {
      failuresInARow++
      if (failuresInARow === 1) log.error({ job: name, err: error }, 'Job failed: will be tried again')
      return false
    }
  }

  function retryMs(): number {
    return Math.min(FIRST_RETRY_MS * 2 ** Math.min(failuresInARow - 1, 10), LONGEST_RETRY_MS)
  }

  return {
    start() {
      running ??= run()
    },
    async stop() {
      stopping.abort()
      pause.wake()
      await running
    },
  }
}
