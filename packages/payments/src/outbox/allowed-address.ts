import { BlockList, isIP } from 'node:net'

/*
 * Where deliveries may go. The URL comes from the operator, but what its name resolves to comes from whoever runs the name server: it
 * must never lead into the own network, to the own machine or to the cloud's metadata service. IPv4: everything that is not a public
 * unicast address is refused (IANA's special-purpose registry). IPv6: only global unicast (2000::/3) is accepted, without the ranges
 * in it that carry an IPv4 address or are special; so mapped addresses (::ffff:…) are judged as what they map, and all else is refused.
 */

const REFUSED: readonly [address: string, bits: number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]

/** Link-local: the metadata services live there. No setting opens it. */
const NEVER: readonly [address: string, bits: number][] = [
  ['169.254.0.0', 16],
  ['fe80::', 10],
  ['fd00:ec2::', 32],
]

const refused = blockListOf(REFUSED)
const never = blockListOf(NEVER)
const global = blockListOf([['2000::', 3]])

export interface AddressCheck {
  /** Public, or of an own network that was opened. */
  isAllowed(address: string): boolean
  /** Of an own network that was opened. */
  isOwn(address: string): boolean
}

/** @param ranges such as `10.0.0.0/8` or `127.0.0.1`: own networks that may be delivered to all the same */
export function createAddressCheck(ranges: readonly string[]): AddressCheck {
  const opened = blockListOf(
    ranges.map((range) => {
      const [address = '', bits] = range.split('/')
      return [address, bits === undefined ? (isIP(address) === 4 ? 32 : 128) : Number(bits)]
    }),
  )
  const isOwn = (text: string) => isIn(opened, unmapped(text)) && !isIn(never, unmapped(text))
  return {
    isOwn,
    isAllowed(text) {
      const address = unmapped(text)
      if (isOwn(address)) return true
      if (isIn(never, address) || isIn(refused, address)) return false
      return isIP(address) === 4 || isIn(global, address)
    },
  }
}

/** Anything that is no address is in none. */
function isIn(list: BlockList, address: string): boolean {
  const version = isIP(address)
  return version !== 0 && list.check(address, version === 4 ? 'ipv4' : 'ipv6')
}

/** `::ffff:10.0.0.1` and `::ffff:a00:1` are 10.0.0.1. */
function unmapped(address: string): string {
  const mapped = isIP(address) === 6 ? new URL(`http://[${withoutZone(address)}]`).hostname : ''
  const match = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(mapped)
  if (!match) return withoutZone(address)
  const [high = 0, low = 0] = match.slice(1).map((part) => Number.parseInt(part, 16))
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

function withoutZone(address: string): string {
  return address.replace(/%.*$/, '')
}

function blockListOf(ranges: readonly (readonly [address: string, bits: number])[]): BlockList {
  const list = new BlockList()
  for (const [address, bits] of ranges) list.addSubnet(address, bits, isIP(address) === 4 ? 'ipv4' : 'ipv6')
  return list
}
