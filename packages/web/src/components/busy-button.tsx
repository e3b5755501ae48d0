import type { ReactNode } from 'react'

/**
 * A button for something that takes a moment. It stays focusable while it is busy, so that the keyboard does not lose its
 * place; the clicks that come meanwhile are the caller's `run` to ignore (see use-action).
 */
export function BusyButton(props: {
  isBusy: boolean
  busyLabel: string
  onClick: () => void
  kind?: 'primary' | 'danger' | 'plain'
  label?: string
  children: ReactNode
}) {
  return (
    <button
      type="button"
      className={`button ${props.kind ?? 'plain'}`}
      aria-disabled={props.isBusy}
      aria-busy={props.isBusy}
      aria-label={props.isBusy ? undefined : props.label}
      onClick={props.onClick}
    >
      {props.isBusy ? (
        <>
          <span className="spinner" aria-hidden="true" />
          {props.busyLabel}
        </>
      ) : (
        props.children
      )}
    </button>
  )
}
