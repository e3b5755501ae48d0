import type { BackfillProgress } from '../../sync/backfill/progress.ts'
import type { Repairs } from './run-backfill.ts'

const BAR = 24
/** Between two lines where nothing can be overwritten. */
const PLAIN_EVERY_MS = 10_000
const DRAWN_EVERY_MS = 200
/** Before that an estimate would jump. */
const ESTIMATE_AFTER_MS = 3_000

export interface ProgressLine {
  show(progress: BackfillProgress): void
  showRepairs(repairs: Repairs): void
  /** Leaves the terminal as it should be for the next line. */
  end(): void
}

/** One line that draws itself anew on a terminal, and a line now and then elsewhere: counts, rate, and about how long it still takes. */
export function createProgressLine(
  output: NodeJS.WriteStream,
  nowMs = () => performance.now(),
): ProgressLine {
  const beganMs = nowMs()
  const isTerminal = output.isTTY === true
  let shownMs = Number.NEGATIVE_INFINITY
  let first: BackfillProgress | null = null

  function draw(textAfter: (elapsedMs: number) => string): void {
    const now = nowMs()
    if (now - shownMs < (isTerminal ? DRAWN_EVERY_MS : PLAIN_EVERY_MS)) return
    shownMs = now
    const line = textAfter(now - beganMs)
    output.write(isTerminal ? `\r\u001B[2K${line.slice(0, output.columns - 1)}` : `${line}\n`)
  }

  return {
    show(progress) {
      first ??= progress
      const begin = first
      draw((elapsedMs) => progressText(progress, begin, elapsedMs))
    },
    showRepairs({ settled, left }) {
      draw(() => `Fetching one by one what differs: ${settled} done, ${left} left`)
    },
    end() {
      if (isTerminal && Number.isFinite(shownMs)) output.write('\r\u001B[2K')
    },
  }
}

/** @param first what was there when this run began */
export function progressText(progress: BackfillProgress, first: BackfillProgress, elapsedMs: number): string {
  const { part, counts } = progress
  const full = Math.round(part * BAR)
  const listed = (some: BackfillProgress) =>
    [...some.counts.values()].reduce((sum, each) => sum + each.listed, 0)
  const perSecond = ((listed(progress) - listed(first)) / Math.max(elapsedMs, 1)) * 1000
  const words = [...counts]
    .filter(([, each]) => each.listed > 0)
    .map(([resource, each]) => `${resource.replaceAll('_', ' ')}s ${each.listed}`)
  return [
    `[${'='.repeat(full)}${' '.repeat(BAR - full)}] ${Math.floor(part * 100)} %`,
    `${perSecond.toFixed(0)}/s`,
    ...estimate(part - first.part, 1 - part, elapsedMs),
    ...words,
  ].join('  ')
}

function estimate(done: number, left: number, elapsedMs: number): string[] {
  if (elapsedMs < ESTIMATE_AFTER_MS || done <= 0) return []
  const seconds = Math.round((elapsedMs / 1000) * (left / done))
  return [seconds < 90 ? `about ${seconds} s left` : `about ${Math.round(seconds / 60)} min left`]
}
