import { describe, expect, test } from 'vitest'
import { createAddressCheck } from './allowed-address.ts'

const nothingOpened = createAddressCheck([])

describe('without own networks', () => {
  test.each(['93.184.215.14', '1.1.1.1', '172.32.0.1', '2606:4700::1111', '2a00:1450:4001::200e'])(
    '%s is public',
    (address) => {
      expect(nothingOpened.isAllowed(address)).toBe(true)
    },
  )

  test.each([
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '100.64.0.1',
    '169.254.169.254',
    '192.0.0.192',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:169.254.169.254',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    'localhost',
    '',
  ])('"%s" is refused', (address) => {
    expect(nothingOpened.isAllowed(address)).toBe(false)
  })
})

test('an own network is opened, and no more than that', () => {
  const check = createAddressCheck(['10.0.0.0/8', '::1'])
  expect(['10.1.2.3', '::ffff:10.1.2.3', '::1'].map(check.isOwn)).toEqual([true, true, true])
  expect(['11.0.0.1', '192.168.1.1', '::2', '1.1.1.1'].map(check.isOwn)).toEqual([false, false, false, false])
})

test('nothing opens link-local addresses, where clouds keep their metadata', () => {
  const check = createAddressCheck(['0.0.0.0/0', '::/0'])
  const metadata = ['169.254.169.254', '::ffff:169.254.169.254', 'fe80::1', 'fd00:ec2::254']
  expect(metadata.map(check.isAllowed)).toEqual([false, false, false, false])
})
