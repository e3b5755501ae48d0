import { expect, test } from 'vitest'
import { appEndpoints } from './values.ts'

const [first, second] = ['A', 'B'].map((letter) => `whsec_${letter.repeat(32)}`)

function messageOf(text: string): string | undefined {
  return appEndpoints().safeParse(text).error?.issues[0]?.message
}

test.each([undefined, '', ' ; \n'])('without an endpoint (%j) nobody is told', (text) => {
  expect(appEndpoints().parse(text)).toEqual([])
})

test('endpoints are separated by semicolons or lines, each with all secrets of its own', () => {
  const text = `https://a.example/in ${first},${second};\nhttps://b.example/in ${second};`
  expect(appEndpoints().parse(text)).toEqual([
    { url: 'https://a.example/in', secrets: [first, second] },
    { url: 'https://b.example/in', secrets: [second] },
  ])
})

test('an endpoint may ask for types of events and groups of them, in any place behind its URL', () => {
  const text = `https://a.example/in ${first} access.changed subscription.*; https://b.example/in *,${second}`
  expect(appEndpoints().parse(text)).toEqual([
    { url: 'https://a.example/in', secrets: [first], types: ['access.changed', 'subscription.*'] },
    { url: 'https://b.example/in', secrets: [second], types: ['*'] },
  ])
})

test.each(['subscription.cancelled', 'subscriptions.*', 'subscription', 'Access.changed'])(
  '%s is refused by name',
  (word) => {
    expect(messageOf(`https://a.example ${first} access.changed ${word}`)).toContain(
      `must ask for events that there are: ${word} is no type of event and no group of them`,
    )
  },
)

test.each([`${second}.`, `${second?.slice(6)}`, 'whsec-abc', 'https://b.example/?key=abc.def'])(
  'what may be a secret (%s) is not repeated in a message',
  (word) => {
    expect(messageOf(`https://a.example ${first} ${word}`)).toBe(
      'must list secrets of whsec_ and 24 to 64 bytes in base64',
    )
  },
)

test.each([
  [`ftp://a.example ${first}`, 'must list http(s) URLs, each with its secret'],
  [`${first}`, 'must list http(s) URLs, each with its secret'],
  [`https://ann:pass@a.example ${first}`, 'must list URLs without a user name'],
  ['https://a.example', 'must name a secret for each URL'],
  ['https://a.example whsec_c2hvcnQ=', 'must list secrets of whsec_ and 24 to 64 bytes in base64'],
  [`https://a.example ${first}; https://b.example`, 'must name a secret for each URL'],
])('%s is refused: %s', (text, message) => {
  expect(messageOf(text)).toBe(message)
})
