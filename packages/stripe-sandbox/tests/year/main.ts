import { parseArgs } from 'node:util'
import { wrongInTheBooks } from './books.ts'
import { wrongInTheOrder } from './event-order.ts'
import { liveAYear } from './live-a-year.ts'

// A longer year than the tests have time for: node packages/stripe-sandbox/tests/year/main.ts --people 1000 --seed 7
const { values } = parseArgs({
  options: { people: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' } },
})
const [people, seed] = [Number(values.people), Number(values.seed)]
const began = performance.now()
const { sandbox, counts } = await liveAYear({
  people,
  seed,
  onWeek: (week) => process.stderr.write(`\rweek ${week + 1} of 52`),
})
const seconds = ((performance.now() - began) / 1000).toFixed(1)
const { store } = sandbox.context
console.log(
  `\n${people} people, seed ${seed}: ${store.count('event')} events, ${store.count('invoice')} invoices, ${seconds} s`,
)
console.table(counts)
const wrong = [...wrongInTheBooks(sandbox.context), ...wrongInTheOrder([...store.all('event')].reverse())]
console.log(wrong.length === 0 ? 'Books and events are in order.' : wrong.slice(0, 50).join('\n'))
await sandbox.close()
process.exitCode = wrong.length === 0 ? 0 : 1
