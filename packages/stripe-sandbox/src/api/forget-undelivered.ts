import type { Context } from '../context.ts'

/** What was on its way to a deleted endpoint has nowhere to go, and no longer counts as pending. Its old secrets go too. */
export function forgetUndelivered({ store }: Context, endpointId: string): void {
  for (const delivery of [...store.all('delivery')]) {
    if (delivery.endpointId === endpointId && delivery.deliveredAt === null) {
      store.delete('delivery', delivery.id)
    }
  }
  for (const { id } of [...store.where('rolled_secret', 'endpoint', endpointId)])
    store.delete('rolled_secret', id)
}
