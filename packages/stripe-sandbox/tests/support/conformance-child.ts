// Loaded with `node --import` into a process that starts sandboxes of its own (conformance.ts, `watchedChild`): what is wrong
// with their answers goes into a file that the test which started the process reads.
import { appendFileSync } from 'node:fs'
import { takeComplaints, watchConformance } from './conformance.ts'

const file = process.env.CONFORMANCE_COMPLAINTS
if (file === undefined) throw new Error('CONFORMANCE_COMPLAINTS names no file.')
let isPlanned = false

// After the answer has left, and not at the end: a test may kill the process.
watchConformance(() => {
  if (isPlanned) return
  isPlanned = true
  setImmediate(report)
})
process.once('exit', report)

function report(): void {
  isPlanned = false
  const complaints = takeComplaints()
  if (complaints.length > 0) appendFileSync(String(file), `${complaints.join('\n')}\n`)
}
