import { InvalidArgumentError } from 'commander'

/** Rows that one command prints, 1 to 1000. */
export function rowLimit(text: string): number {
  const limit = Number(text)
  if (!Number.isInteger(limit) || limit < 1 || limit > 1_000) {
    throw new InvalidArgumentError('Write a whole number from 1 to 1000.')
  }
  return limit
}

export function timeOption(text: string): Date {
  const time = new Date(text)
  if (Number.isNaN(time.getTime()))
    throw new InvalidArgumentError('Write a time such as 2026-11-25T10:00:00Z.')
  return time
}
