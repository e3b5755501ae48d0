import { type ReactNode, useEffect, useRef } from 'react'

let isFirstPage = true

/**
 * A page: its title in the tab, its heading, its content. After a navigation inside the shop the heading takes the focus,
 * as a newly loaded document would, so that a screen reader says where one is.
 */
export function Page({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · Larkspur`
  }, [title])
  useEffect(() => {
    if (!isFirstPage) heading.current?.focus({ preventScroll: true })
    isFirstPage = false
  }, [])
  return (
    <>
      <div className="page-head">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {lead === undefined ? null : <p className="lead">{lead}</p>}
      </div>
      {children}
    </>
  )
}
