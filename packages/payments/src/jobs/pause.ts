export interface Pause {
  /** Resolves after this time, or at once when `wake` was called since the last wait. */
  wait(milliseconds: number): Promise<void>
  wake(): void
}

/** A wait that can be cut short. A wake that comes while nobody waits is remembered, so that none is lost. */
export function createPause(): Pause {
  let isAwake = false
  let end: (() => void) | null = null

  return {
    async wait(milliseconds) {
      if (!isAwake) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, milliseconds)
          end = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      isAwake = false
      end = null
    },
    wake() {
      isAwake = true
      end?.()
    },
  }
}
