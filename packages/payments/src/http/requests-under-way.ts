/** Counts the requests that are being answered, so that a stopping process can wait for the last. */
export interface RequestsUnderWay {
  track<T>(answer: Promise<T>): Promise<T>
  /** Resolves when none is under way; true unless the time ran out first. */
  finished(timeoutMs: number): Promise<boolean>
}

export function createRequestsUnderWay(): RequestsUnderWay {
  let count = 0
  const waiting = new Set<() => void>()

  const leave = () => {
    count -= 1
    if (count > 0) return
    for (const resolve of waiting) resolve()
    waiting.clear()
  }

  return {
    track(answer) {
      count += 1
      return answer.finally(leave)
    },
    async finished(timeoutMs) {
      if (count === 0) return true
      const { promise, resolve } = Promise.withResolvers<boolean>()
      const timer = setTimeout(() => resolve(false), timeoutMs)
      waiting.add(() => resolve(true))
      try {
        return await promise
      } finally {
        clearTimeout(timer)
      }
    },
  }
}
