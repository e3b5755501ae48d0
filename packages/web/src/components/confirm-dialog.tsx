import { type ReactNode, useLayoutEffect, useRef } from 'react'

/** A question that must be answered first. The browser's own modal dialog: focus stays inside, Escape closes, focus returns. */
export function ConfirmDialog(props: { title: string; onClose: () => void; children: ReactNode }) {
  const dialog = useRef<HTMLDialogElement>(null)
  // A layout effect: it closes while the dialog is still in the document, or the focus would not go back.
  useLayoutEffect(() => {
    const element = dialog.current
    element?.showModal()
    return () => element?.close()
  }, [])
  return (
    <dialog ref={dialog} aria-labelledby="dialog-title" onClose={props.onClose}>
      <h2 id="dialog-title">{props.title}</h2>
      {props.children}
    </dialog>
  )
}
