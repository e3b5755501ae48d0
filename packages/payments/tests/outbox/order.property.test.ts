import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Target } from '../../src/outbox/targets.ts'
import { useOutbox } from '../support/outbox-rig.ts'

const rig = useOutbox()
const OWNERS = ['ann', 'bob', 'cid']

test('whatever is told while two deliver and some of it is not taken, each owner hears all of it once, in order', async () => {
  let run = 0
  const step = fc.record({ owner: fc.constantFrom(...OWNERS), isTaken: fc.boolean(), pause: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), async (steps) => {
      run++
      const heard = new Map(OWNERS.map((owner) => [owner, [] as string[]]))
      const refusals = new Set(steps.flatMap(({ isTaken }, index) => (isTaken ? [] : [nameOf(index)])))
      const underWay = new Set<string>()
      const twiceAtOnce: string[] = []
      const target: Target = {
        ...{ name: 'handlers', types: null },
        async deliver(event) {
          if (event.type !== 'subscription.canceled') throw new Error(event.type)
          // Not an expectation: what is thrown here is one more delivery that was not taken.
          if (underWay.has(event.owner_id)) twiceAtOnce.push(event.owner_id)
          underWay.add(event.owner_id)
          await new Promise(setImmediate)
          underWay.delete(event.owner_id)
          // Refused once, then taken.
          if (refusals.delete(event.data.price_id)) throw new Error('not now')
          heard.get(event.owner_id)?.push(event.data.price_id)
        },
      }
      await rig.name(target)
      const busy: Promise<void>[] = []
      for (const [index, { owner, pause }] of steps.entries()) {
        const told = rig.tell(owner, nameOf(index))
        if (pause) busy.push(rig.deliver(target), rig.deliver(target))
        await told
      }
      await Promise.all(busy)
      // Each refusal costs a wait of at most ten seconds.
      for (let round = 0; round <= steps.length; round++) {
        rig.clock.advance(10_000)
        await Promise.all([rig.deliver(target), rig.deliver(target)])
      }
      expect(twiceAtOnce).toEqual([])
      for (const owner of OWNERS) {
        const told = steps.flatMap((step, index) => (step.owner === owner ? [nameOf(index)] : []))
        expect(heard.get(owner)).toEqual(told)
      }
      const { rows } = await rig.database.db.pool.query('select 1 from billhook.outbox_queues')
      expect(rows).toEqual([])
    }),
    { numRuns: 15 },
  )

  function nameOf(index: number): string {
    return `${run}-${index}`
  }
})
