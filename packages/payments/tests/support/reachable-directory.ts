import { chmod, mkdtemp, realpath } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A new temporary directory that other users can enter: root's PostgreSQL runs as one of them. */
export async function makeReachableDirectory(name: string): Promise<string> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), `billhook-${name}-`)))
  await chmod(directory, 0o755)
  return directory
}
