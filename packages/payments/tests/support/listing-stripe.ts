import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ListingStripe {
  url: string
  /** Queries of the pages of customers; not those that only ask whether there are any. */
  lists: URLSearchParams[]
  /** What the page of this number waits for; nothing, until said otherwise. */
  before: (page: number) => Promise<void>
  close(): Promise<void>
}

/** A Stripe that has customers, made at given seconds, and nothing else, and that only lists: for accounts of many years. */
export async function startListingStripe(created: readonly number[]): Promise<ListingStripe> {
  const newestFirst = created
    .toSorted((a, b) => b - a)
    .map((at, index) => ({
      ...{ id: `cus_${created.length - index}`, object: 'customer', created: at, email: null },
      metadata: { billhook_owner_id: `owner ${created.length - index}` },
    }))
  const lists: URLSearchParams[] = []
  const server = createServer(async (incoming, outgoing): Promise<unknown> => {
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://localhost')
    const isCustomers = pathname === '/v1/customers'
    if (isCustomers && searchParams.get('limit') !== '1') await listing.before(lists.push(searchParams))
    const all = isCustomers ? newestFirst : []
    const begin = all.findIndex(({ id }) => id === searchParams.get('starting_after')) + 1
    const left = all
      .slice(begin)
      .filter(({ created: at }) => at >= Number(searchParams.get('created[gte]')))
      .filter(({ created: at }) => at < Number(searchParams.get('created[lt]')))
    const data = left.slice(0, Number(searchParams.get('limit')))
    outgoing.writeHead(200, { 'Content-Type': 'application/json' })
    if (pathname === '/v1/account') return outgoing.end('{"id":"acct_1Lists","object":"account"}')
    return outgoing.end(
      JSON.stringify({ object: 'list', data, has_more: left.length > data.length, url: pathname }),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const listing: ListingStripe = {
    // A TCP server that listens has an AddressInfo.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lists,
    before: () => Promise.resolve(),
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
  return listing
}
