/** Grey shapes where something is on its way; a screen reader hears the label. */
export function Loading({ label, shape }: { label: string; shape: 'cards' | 'card' | 'lines' }) {
  const pieces = { cards: ['a', 'b', 'c'], card: ['a'], lines: ['a', 'b', 'c', 'd'] }[shape]
  return (
    <div className={`loading loading-${shape}`} role="status">
      <span className="only-read">{label}</span>
      {pieces.map((piece) => (
        <span key={piece} className="shimmer" aria-hidden="true" />
      ))}
    </div>
  )
}
