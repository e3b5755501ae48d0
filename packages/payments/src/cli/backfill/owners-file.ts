import { readFile } from 'node:fs/promises'
import { isOwnerId } from '../../sync/backfill/link-page.ts'
import { OperatorError } from '../explain-failure.ts'

/**
 * Reads `owner_id,stripe_customer_id` lines, with a header that says so. An owner id with a comma or a quote stands in quotes, as every
 * spreadsheet writes it. Every wrong line is named at once.
 */
export async function readOwnersFile(path: string): Promise<Map<string, string>> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new OperatorError(`${path} cannot be read.`, { cause })
  })
  const [header = '', ...lines] = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  if (header.replaceAll('"', '').replaceAll(' ', '') !== 'owner_id,stripe_customer_id') {
    throw new OperatorError(`${path}: the first line must be owner_id,stripe_customer_id.`)
  }
  const owners = new Map<string, string>()
  const problems: string[] = []
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue
    const [, quoted, plain, customer = ''] =
      /^\s*(?:"((?:[^"]|"")*)"|([^",]*))\s*,\s*"?(cus_\w+)"?\s*$/.exec(line) ?? []
    const owner = quoted?.replaceAll('""', '"') ?? plain?.trim() ?? ''
    if (!isOwnerId(owner)) problems.push(`line ${index + 2}: not an owner id and a customer (cus_…)`)
    else if (owners.has(customer)) problems.push(`line ${index + 2}: ${customer} stands there twice`)
    else owners.set(customer, owner)
  }
  if (problems.length > 0) throw new OperatorError(`${path}:\n  ${problems.slice(0, 20).join('\n  ')}`)
  return owners
}
