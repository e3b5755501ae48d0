import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const css = readFileSync(new URL('./assets/base.css', import.meta.url), 'utf8')
const [light, dark] = [...css.matchAll(/:root \{([^}]*)\}/g)].map(
  (block) => new Map([...(block[1] ?? '').matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((c) => [c[1], c[2]])),
)

/** Text colour → the grounds that it stands on. */
const texts = {
  ink: ['paper', 'sand', 'sand-deep', 'warn-ground', 'field'],
  soft: ['paper', 'sand', 'sand-deep'],
  hint: ['field'],
  accent: ['paper', 'sand', 'warn-ground'],
  'on-accent': ['accent', 'accent-deep'],
  bad: ['paper', 'sand', 'warn-ground', 'bad-ground'],
  good: ['paper', 'sand', 'warn-ground', 'good-ground'],
  warn: ['paper', 'sand', 'warn-ground'],
  'strip-ink': ['strip'],
}

test.each([
  ['light', light],
  ['dark', dark],
])('every text of the %s pages has a contrast of 4.5 or more', (_, colours) => {
  const weak = Object.entries(texts).flatMap(([text, grounds]) =>
    grounds
      .filter((ground) => contrast(colours?.get(text), colours?.get(ground)) < 4.5)
      .map((ground) => [text, ground]),
  )
  expect(weak).toEqual([])
})

/** WCAG's contrast ratio; 0 when a colour is not there. */
function contrast(one: string | undefined, other: string | undefined): number {
  if (!one || !other) return 0
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.039_28 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
