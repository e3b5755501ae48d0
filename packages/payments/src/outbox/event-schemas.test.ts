import { expect, test } from 'vitest'
import { APP_EVENT_TYPES } from '../domain/app-event-types.ts'
import { EVENT_SCHEMAS } from './event-schemas.ts'

test('every type with a schema can be asked for by an endpoint', () => {
  expect([...APP_EVENT_TYPES]).toEqual(Object.keys(EVENT_SCHEMAS))
})
