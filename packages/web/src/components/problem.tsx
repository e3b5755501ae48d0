import { ApiError } from '../api/request.ts'

/** What went wrong, read out at once, with a way to try again where that can help. */
export function Problem({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const message = error instanceof Error ? error.message : 'Something went wrong.'
  const requestId = error instanceof ApiError ? error.requestId : null
  return (
    <div className="problem" role="alert">
      <p>{message}</p>
      {requestId === null ? null : <p className="fine-print">Request {requestId}</p>}
      {onRetry === undefined ? null : (
        <button type="button" className="button small" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  )
}
