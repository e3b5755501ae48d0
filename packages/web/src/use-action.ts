import { useCallback, useEffect, useRef, useState } from 'react'
import { leaveIfLoggedOut } from './leave-if-logged-out.ts'

/**
 * One thing that a person does by a button. While it runs, a second click does nothing. When the work answers an address of
 * another page (Checkout, the portal), the browser goes there and the button stays busy until then.
 */
export function useAction<Input = void>(
  work: (input: Input) => Promise<{ goTo: string } | undefined>,
): {
  run: (input: Input) => void
  isRunning: boolean
  error: unknown
  forgetError: () => void
} {
  const [isRunning, setIsRunning] = useState(false)
  const [error, setError] = useState<unknown>(null)
  // State arrives with the next drawing; a double click comes before it.
  const started = useRef<boolean>(false)
  const newestWork = useRef(work)
  newestWork.current = work

  const finish = useCallback(() => {
    started.current = false
    setIsRunning(false)
  }, [])

  const run = useCallback(
    (input: Input) => {
      if (started.current) return
      started.current = true
      setIsRunning(true)
      setError(null)
      newestWork.current(input).then(
        (next) => (next === undefined ? finish() : window.location.assign(next.goTo)),
        (failure: unknown) => {
          finish()
          if (!leaveIfLoggedOut(failure)) setError(failure)
        },
      )
    },
    [finish],
  )

  // The browser's Back from Checkout shows this page as it was left: busy.
  useEffect(() => {
    const onShow = (event: PageTransitionEvent) => event.persisted && finish()
    window.addEventListener('pageshow', onShow)
    return () => window.removeEventListener('pageshow', onShow)
  }, [finish])

  const forgetError = useCallback(() => setError(null), [])
  return { run, isRunning, error, forgetError }
}
