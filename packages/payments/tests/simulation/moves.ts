import { pay } from '../support/shop.ts'
import { changeAtStripe } from './dashboard.ts'
import type { Card, Move } from './schedule.ts'
import { OWNERS, type Owner, type World } from './world.ts'

const CARDS: Record<Card, string> = {
  good: '4242 4242 4242 4242',
  declined: '4000 0000 0000 0002',
  'fails later': '4000 0000 0000 0341',
  disputed: '4000 0000 0000 0259',
  'asks the bank': '4000 0027 6000 3184',
  'takes no refund': '4000 0000 0000 5126',
}

/** Does one move to its end. A request to a replica that is not there, or a change that Stripe refuses, comes to nothing. */
export async function doMove(world: World, move: Move): Promise<void> {
  switch (move.do) {
    case 'subscribe':
      return await checkOut(world, move, '/payments/create-checkout-session', {
        price_id: world.shop.plans[move.item % 3],
      })
    case 'buy':
      return await checkOut(world, move, '/payments/create-checkout-session-onetime', world.shop.oneTime)
    case 'pay': {
      const handed = world.handed[ownerOf(move.owner)]
      const checkout = handed[handed.length - 1 - (move.which % Math.max(handed.length, 1))]
      if (checkout) await world.atOnce(pay(checkout.url, CARDS[move.card]))
      return
    }
    case 'confirm': {
      const checkout = world.handed[ownerOf(move.owner)].at(-1)
      if (!checkout) return
      await ask(world, move, 'POST', '/payments/confirm-checkout-session', {
        session_id: checkout.sessionId,
      })
      return
    }
    case 'cancel':
      await ask(world, move, 'DELETE', '/payments/cancel-subscription')
      return
    case 'read':
      await ask(world, move, 'GET', '/payments/get-user-subscription')
      return
    case 'wait':
      return await world.atOnce(world.moveTimeTo(world.time.nowMs + move.seconds * 1000))
    case 'skew': {
      const replica = world.replica(move.replica)
      if (replica) replica.clock.skewMs = move.seconds * 1000
      return
    }
    case 'break database': {
      const replica = world.replica(move.replica)
      if (replica) world.gate.breakLine(replica.name, 'database')
      return
    }
    default:
      return await world.atOnce(changeAtStripe(world, ownerOf(move.owner), move.do))
  }
}

export function ownerOf(number: number): Owner {
  return OWNERS[number % OWNERS.length] ?? OWNERS[0]
}

type Request = { do: string; owner: number; replica: number }

async function checkOut(world: World, move: Request, path: string, body: object): Promise<void> {
  const answer = await ask(world, move, 'POST', path, body)
  if (answer?.status !== 200) return
  const { checkout_url: url, session_id: sessionId } = answer.body
  world.handed[ownerOf(move.owner)].push({ url: String(url), sessionId: String(sessionId) })
}

async function ask(world: World, move: Request, method: string, path: string, body?: object) {
  const owner = ownerOf(move.owner)
  const answer = await world.replica(move.replica)?.ask(method, path, owner, body)
  if (answer) world.answers.push({ what: `${move.do} of ${owner}`, status: answer.status, code: answer.code })
  return answer
}
