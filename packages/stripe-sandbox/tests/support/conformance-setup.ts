// For vitest's `setupFiles`: every answer and event of every sandbox, in whichever test, is held against the SDK's types.
import { afterAll, afterEach } from 'vitest'
import { takeComplaints, watchConformance } from './conformance.ts'

watchConformance()
afterEach(complain)
// For what happens in a file's own beforeAll and afterAll.
afterAll(complain)

function complain(): void {
  const complaints = takeComplaints()
  if (complaints.length === 0) return
  throw new Error(`The sandbox said what Stripe would not say:\n\n${complaints.join('\n\n')}`)
}
