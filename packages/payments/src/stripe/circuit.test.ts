import { beforeEach, expect, test } from 'vitest'
import { type Circuit, createCircuit } from './circuit.ts'

let nowMs = 0
let states: string[] = []
let circuit: Circuit

beforeEach(() => {
  nowMs = 0
  states = []
  circuit = createCircuit({ nowMs: () => nowMs, onChange: (state) => states.push(state) })
})

test('five failures in a row open it, and then every call is refused at once', () => {
  fail(5)
  expect(circuit.begin()).toBeNull()
  expect(circuit.refusedForMs()).toBe(1_000)
})

test('failures of one object alone do not open it, those of two do', () => {
  for (let time = 0; time < 8; time++) circuit.begin()?.failed('/v1/customers/cus_1')
  expect(circuit.refusedForMs()).toBeNull()
  circuit.begin()?.failed('/v1/customers/cus_2')
  expect(circuit.refusedForMs()).toBe(1_000)
})

test('an answer in between begins the count anew', () => {
  fail(4)
  circuit.begin()?.succeeded()
  fail(4)
  expect(circuit.refusedForMs()).toBeNull()
})

test('when the time is over one call goes out, and no other beside it', () => {
  fail(5)
  nowMs = 1_000
  const probe = circuit.begin()
  expect(probe).not.toBeNull()
  expect(circuit.begin()).toBeNull()
  probe?.succeeded()
  expect(circuit.begin()).not.toBeNull()
  expect(states).toEqual(['open', 'probing', 'closed'])
})

test('a probe that fails opens it for twice as long, for half a minute at most', () => {
  fail(5)
  const waits: (number | null)[] = []
  for (let probe = 0; probe < 6; probe++) {
    nowMs += 60_000
    fail(1)
    waits.push(circuit.refusedForMs())
  }
  expect(waits).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
})

test('an answer to a call from before it opened, which comes late, does not close it', () => {
  const early = circuit.begin()
  fail(5)
  early?.succeeded()
  expect(circuit.begin()).toBeNull()
})

test('a probe that ends without a word leaves the place to the next', () => {
  fail(5)
  nowMs = 1_000
  circuit.begin()?.dropped()
  expect(circuit.begin()).not.toBeNull()
})

test('a call is settled once', () => {
  const call = circuit.begin()
  for (let time = 0; time < 5; time++) call?.failed()
  expect(circuit.refusedForMs()).toBeNull()
})

function fail(times: number): void {
  for (let time = 0; time < times; time++) circuit.begin()?.failed()
}
