import type { ThinEvent } from './thin-event.ts'

/** What is delivered of a thin event: that something happened and to what, not what changed. */
export function notificationOf({ changes: _, ...told }: ThinEvent): Omit<ThinEvent, 'changes'> {
  return told
}
