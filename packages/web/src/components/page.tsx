import { type ReactNode, useEffect, useRef } from 'react'

let isFirstPage = true

/**
 * A page: its title in the tab, its heading, its content. After a navigation inside the shop the heading takes the focus,
 * as a newly loaded document would, so that a screen reader says where one is; and again when the page turns into another one
 * in its place, also the first page: what came of a Checkout is heard, and who had pressed a button that is gone is not lost.
 */
export function Page({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · Larkspur`
    if (!isFirstPage) heading.current?.focus({ preventScroll: true })
    isFirstPage = false
  }, [title])
  return (
    <>
      <div className="page-head">
        {/* Another title is another element: one that has the focus already would not be read out again. */}
        <h1 key={title} ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {lead === undefined ? null : <p className="lead">{lead}</p>}
      </div>
      {children}
    </>
  )
}
