export function isLiveAtStripe(status: string): boolean {
  return status !== 'canceled' && status !== 'incomplete_expired'
}
