import { type Command, Option } from 'commander'
import {
  type EventStatus,
  findLoggedEvent,
  ignoreEvent,
  listLoggedEvents,
  readEventPayload,
  retryDeadEvents,
  retryEventNow,
} from '../../db/queries/event-log.ts'
import { systemClock } from '../../domain/clock.ts'
import { presentEvent, presentPayload } from '../../http/present-operations.ts'
import { OperatorError } from '../explain-failure.ts'
import { rowLimit } from '../operations/options.ts'
import { ageText, printTable } from '../operations/print-table.ts'
import { withDatabase } from '../operations/with-database.ts'
import { say } from '../say.ts'

interface ListOptions {
  status?: EventStatus
  type?: string
  customer?: string
  limit: number
  json?: true
}

export function define(command: Command): void {
  command
    .command('list')
    .description('the latest events, with what became of them')
    .addOption(
      new Option('--status <status>', 'only these').choices(['pending', 'processed', 'ignored', 'dead']),
    )
    .option('--type <type>', 'only these, such as invoice.paid')
    .option('--customer <id>', 'only those of this Stripe customer')
    .option('--limit <n>', 'how many', rowLimit, 50)
    .option('--json', 'as JSON')
    .action(list)
  command
    .command('show')
    .argument('<event>', 'its id, evt_…')
    .description('one event with its payload, as JSON')
    .action(show)
  command
    .command('retry')
    .argument('[event...]', 'ids')
    .option('--dead', 'every event that was given up')
    .description('work events off again, now')
    .action(retry)
  command
    .command('ignore')
    .argument('<event...>', 'ids')
    .option('--note <text>', 'why, for whoever looks later', 'ignored by an operator')
    .description('give events up')
    .action(ignore)
}

async function list({ status, type, customer, limit, json }: ListOptions): Promise<void> {
  const found = await withDatabase((db) =>
    listLoggedEvents(db.query, { status, type, stripeCustomerId: customer, limit }),
  )
  const events = found.map((event) => presentEvent(event, systemClock.now()))
  if (json) return say(JSON.stringify(events, null, 2))
  if (events.length === 0) return say('No such event.')
  const rows = events.map((event) => [
    event.id,
    event.type,
    event.status,
    event.group,
    event.received_at,
    ageText(event.age_seconds),
    String(event.attempts),
    (event.last_error ?? event.note ?? '').slice(0, 120),
  ])
  say(printTable(['EVENT', 'TYPE', 'STATUS', 'GROUP', 'RECEIVED', 'AGE', 'FAILURES', 'WHY'], rows))
}

async function show(id: string): Promise<void> {
  const [event, payload] = await withDatabase(async (db) => [
    await findLoggedEvent(db.query, id),
    await readEventPayload(db.query, id),
  ])
  if (event === null) throw unknown(id)
  const shown = { ...presentEvent(event, systemClock.now()), payload: presentPayload(payload) }
  say(JSON.stringify(shown, null, 2))
}

async function retry(ids: readonly string[], { dead }: { dead?: true }): Promise<void> {
  if (!dead && ids.length === 0) throw new OperatorError('Name events, or say --dead.')
  await withDatabase(async (db) => {
    if (dead) say(`${await retryDeadEvents(db.query, systemClock.now())} event(s) wait again.`)
    for (const id of ids) {
      if ((await retryEventNow(db.query, id, systemClock.now())) === null) throw unknown(id)
      say(`${id} waits again.`)
    }
  })
}

async function ignore(ids: readonly string[], { note }: { note: string }): Promise<void> {
  await withDatabase(async (db) => {
    for (const id of ids) {
      if ((await findLoggedEvent(db.query, id)) === null) throw unknown(id)
      const ignored = await ignoreEvent(db.query, id, note, systemClock.now())
      if (ignored === null)
        throw new OperatorError(`${id} was processed already: there is nothing to ignore.`)
      say(`${id} is ignored.`)
    }
  })
}

function unknown(id: string): OperatorError {
  return new OperatorError(`There is no event ${id}. \`billhook events list\` shows those that are there.`)
}
