export interface Repetition {
  /** What it is, for error reports. */
  name: string
  everyMs: number
  work: () => void
  onError: (error: unknown, where: string) => void
}

/** Does something again and again until the returned function is called. A failure is reported and the next turn comes. */
export function repeat({ name, everyMs, work, onError }: Repetition): () => void {
  const timer = setInterval(() => {
    try {
      work()
    } catch (error) {
      // An edge of the process, like a request's 500: nothing above could handle it.
      onError(error, name)
    }
  }, everyMs)
  return () => clearInterval(timer)
}
