import { BlockList, isIP } from 'node:net'
import type { Context } from 'hono'
import type { AppEnv } from './context.ts'

/** What is known about how a request came in. */
export interface Connection {
  /** The client's network address; null inside a host app that does not tell it. */
  address: string | null
  isHttps: boolean
}

export type ReadConnection = (c: Context<AppEnv>) => Connection

/** What one request brings along, from whichever server. */
export interface Arrival {
  /** Address of the other end of the connection; null where the host app does not tell it. */
  peer: string | null
  /** Whether the connection itself is encrypted. */
  isEncrypted: boolean
  forwardedFor: string | undefined
  forwardedProto: string | undefined
}

export type JudgeArrival = (arrival: Arrival) => Connection

/**
 * Whom a request comes from, and whether it travelled encrypted. X-Forwarded-For and X-Forwarded-Proto are believed when
 * the connection itself comes from a trusted proxy, and never otherwise: anybody can send these headers.
 * @param trustedProxies addresses and CIDR ranges
 */
export function createJudgeArrival(trustedProxies: readonly string[]): JudgeArrival {
  const isTrusted = rangeTest(trustedProxies)
  return ({ peer, isEncrypted, forwardedFor, forwardedProto }) => {
    const address = peer === null ? null : plainAddress(peer)
    if (address === null || !isTrusted(address)) return { address, isHttps: isEncrypted }
    const proto = forwardedProto?.split(',').at(-1)?.trim().toLowerCase()
    return {
      address: clientBehind(forwardedFor, address, isTrusted),
      isHttps: isEncrypted || proto === 'https',
    }
  }
}

/** The same for a request that has come as far as Hono. */
export function createReadConnection(trustedProxies: readonly string[]): ReadConnection {
  const judge = createJudgeArrival(trustedProxies)
  return (c) =>
    judge({
      peer: peerAddress(c),
      isEncrypted: isEncrypted(c),
      forwardedFor: c.req.header('x-forwarded-for'),
      forwardedProto: c.req.header('x-forwarded-proto'),
    })
}

/** From the right: each proxy appends whom it heard from, so the last address that is no proxy of ours is the client. */
function clientBehind(
  forwardedFor: string | undefined,
  peer: string,
  isTrusted: (address: string) => boolean,
): string {
  let client = peer
  for (const hop of (forwardedFor ?? '').split(',').reverse()) {
    const address = plainAddress(hop.trim())
    if (isIP(address) === 0) break
    client = address
    if (!isTrusted(address)) break
  }
  return client
}

function peerAddress(c: Context<AppEnv>): string | null {
  return socketOf(c)?.remoteAddress ?? null
}

/** The URL says so only where a host app made it: over a socket the sender chooses what it says (`GET https://… HTTP/1.1`). */
function isEncrypted(c: Context<AppEnv>): boolean {
  const socket = socketOf(c)
  return socket ? socket.encrypted === true : c.req.url.startsWith('https:')
}

function socketOf(c: Context<AppEnv>): { remoteAddress?: string; encrypted?: boolean } | undefined {
  // Only the Node server passes `incoming`; another host's environment may be anything, or absent.
  const bindings = c.env as
    | { incoming?: { socket?: { remoteAddress?: string; encrypted?: boolean } } }
    | undefined
  return bindings?.incoming?.socket
}

/** Some proxies write the port too: `203.0.113.7:51234`, `[2001:db8::1]:443`. */
function plainAddress(written: string): string {
  const address = /^\[(.*)\](:\d+)?$/.exec(written)?.[1] ?? written.replace(/^(\d+(?:\.\d+){3}):\d+$/, '$1')
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address
}

/** Addresses whose answer is remembered; the list asks native code, and few proxies send all requests. */
const REMEMBERED = 1_000

function rangeTest(ranges: readonly string[]): (address: string) => boolean {
  if (ranges.length === 0) return () => false
  const list = blockListOf(ranges)
  const known = new Map<string, boolean>()
  return (address) => {
    const remembered = known.get(address)
    if (remembered !== undefined) return remembered
    const isInside = list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
    if (known.size >= REMEMBERED) known.clear()
    known.set(address, isInside)
    return isInside
  }
}

function blockListOf(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', bits] = range.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return list
}
