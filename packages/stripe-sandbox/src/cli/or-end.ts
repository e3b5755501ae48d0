import type { Command } from 'commander'

/** Does what a command is for; where it fails, the command ends with what is wrong. */
export async function orEnd<T>(command: Command, work: () => Promise<T>): Promise<T> {
  return await work().catch((error: unknown) =>
    command.error(`error: ${error instanceof Error ? error.message : String(error)}`),
  )
}
