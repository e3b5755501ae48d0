import { expect, test } from 'vitest'
import { safeLink } from './safe-link.ts'

test.each(['https://shop.example/thanks?id=1', 'http://localhost:3000/'])('%s may be a link', (address) => {
  expect(safeLink(address)).toBe(address)
})

test.each(['javascript:alert(1)', 'data:text/html,hi', ' vbscript:x', 'myapp://paid', '/relative', '', null])(
  '%s may not be a link',
  (address) => {
    expect(safeLink(address)).toBeNull()
  },
)
