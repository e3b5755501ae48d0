import type { ListCut } from './disturbance.ts'

/** A list with some of its page left out; anything else, and a list that nothing is to be cut from, as it is. */
export function cutList(answer: object, cutOf: () => ListCut | undefined): object {
  const { object, data } = answer as { object?: unknown; data?: unknown }
  if ((object !== 'list' && object !== 'search_result') || !Array.isArray(data)) return answer
  const cut = cutOf()
  if (!cut) return answer
  const shown = { ...answer, data: data.slice(0, cut.keep), has_more: cut.hasMore }
  return object === 'search_result' && !cut.hasMore ? { ...shown, next_page: null } : shown
}
