/** The only source of time, and the only way to let it pass. Tests hand in one that stands still, or runs faster, until it is moved. */
export interface Clock {
  now(): Date
  /** Milliseconds since some moment. For how long something takes: unlike `now` it never jumps. */
  elapsedMs(): number
  /** Resolves after this time, or as soon as the signal is aborted. Never rejects. */
  wait(milliseconds: number, signal?: AbortSignal): Promise<void>
}

/** The machine's clock. Outside this file nothing reads it. */
export const systemClock: Clock = {
  now: () => new Date(),
  elapsedMs: () => performance.now(),
  wait: (milliseconds, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const timer = setTimeout(end, milliseconds)
      signal?.addEventListener('abort', end, { once: true })
      function end() {
        clearTimeout(timer)
        signal?.removeEventListener('abort', end)
        resolve()
      }
    }),
}
