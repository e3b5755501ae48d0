import { useCallback, useEffect, useRef, useState } from 'react'
import { leaveIfLoggedOut } from './leave-if-logged-out.ts'

export type Loaded<T> =
  | { state: 'loading' }
  | { state: 'ready'; value: T }
  | { state: 'failed'; error: unknown }

/**
 * Loads once when the component appears, and again on `reload`. A `quiet` reload keeps showing what is there until the new
 * value has come, and keeps it when none comes. Only the newest load counts; leaving the page ends it.
 */
export function useLoaded<T>(load: (signal: AbortSignal) => Promise<T>): {
  loaded: Loaded<T>
  reload: (options?: { quiet: boolean }) => void
} {
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: 'loading' })
  const newestLoad = useRef(load)
  const inFlight = useRef<AbortController | null>(null)
  newestLoad.current = load

  const reload = useCallback((options?: { quiet: boolean }) => {
    inFlight.current?.abort()
    const controller = new AbortController()
    inFlight.current = controller
    const quiet = options?.quiet === true
    if (!quiet) setLoaded({ state: 'loading' })
    newestLoad.current(controller.signal).then(
      (value) => {
        if (!controller.signal.aborted) setLoaded({ state: 'ready', value })
      },
      (error: unknown) => {
        if (controller.signal.aborted || leaveIfLoggedOut(error)) return
        setLoaded((before) => (quiet && before.state === 'ready' ? before : { state: 'failed', error }))
      },
    )
  }, [])

  useEffect(() => {
    reload()
    return () => inFlight.current?.abort()
  }, [reload])

  return { loaded, reload }
}
