import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Mutation, Patch } from './mutations.ts'

const PACKAGE = join(import.meta.dirname, '../../..')
const NODE_MODULES = join(PACKAGE, '../../node_modules')

/** The text with the patch. @throws Error when what is to be replaced is not there exactly once */
export function patched(text: string, { file, find, replace }: Patch): string {
  const count = text.split(find).length - 1
  if (count !== 1) throw new Error(`${file} has ${count} times: ${find}`)
  // A function, because `$` means something in a replacement.
  return text.replace(find, () => replace)
}

/** The source of each file that the mutation touches, as it would be, by path below src. @throws Error as `patched` does */
export async function mutatedFiles({ patches }: Mutation): Promise<Map<string, string>> {
  const texts = new Map<string, string>()
  for (const patch of patches) {
    const text = texts.get(patch.file) ?? (await readFile(join(PACKAGE, 'src', patch.file), 'utf8'))
    texts.set(patch.file, patched(text, patch))
  }
  return texts
}

/** Runs `work` with the directory of a copy of this package without the safeguard; nothing is left of it afterwards. */
export async function withMutant<T>(mutation: Mutation, work: (directory: string) => Promise<T>): Promise<T> {
  const texts = await mutatedFiles(mutation)
  const root = await mkdtemp(join(tmpdir(), 'billhook-mutant-'))
  try {
    const directory = join(root, 'packages/payments')
    for (const part of ['src', 'tests', 'package.json']) {
      await cp(join(PACKAGE, part), join(directory, part), { recursive: true })
    }
    await symlink(NODE_MODULES, join(root, 'node_modules'))
    for (const [file, text] of texts) await writeFile(join(directory, 'src', file), text)
    return await work(directory)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}
