const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** npm passes Ctrl-C on to us although the terminal has sent it to us already: the two arrive together. */
const SAME_KEYSTROKE_MS = 500

/**
 * Resolves when somebody asks this process to end: Ctrl-C, a supervisor, a closed terminal. Whoever asks a second time does not want to wait: the
 * process ends at once, and what it leaves is recovered by the next start.
 */
export function waitForSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let firstAt: number | null = null
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        if (firstAt !== null && performance.now() - firstAt > SAME_KEYSTROKE_MS) process.exit(130)
        firstAt ??= performance.now()
        resolve(signal)
      })
    }
  })
}
