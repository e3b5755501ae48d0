import { dueKind } from '../../time/due-kind.ts'
import { deleteTestClock } from '../delete-test-clock.ts'

/** A test clock is deleted with everything on it 30 days after it was made, in real life's time. */
export const testClockDeletion = dueKind<'test_helpers.test_clock'>({
  name: 'test clock deletion',
  table: 'test_helpers.test_clock',
  isOfSandbox: true,
  at: (clock) => clock.deletes_after,
  run: deleteTestClock,
})
