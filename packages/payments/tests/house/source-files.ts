import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

const REPOSITORY = resolve(import.meta.dirname, '../../../..')

export interface SourceFile {
  /** Relative to the repository, with `/`. */
  path: string
  text: string
}

/** Every TypeScript file that is tracked or new, generated files left out. */
export function sourceFiles(): SourceFile[] {
  const listed = execFileSync(
    'git',
    ['ls-files', '-co', '--exclude-standard', '--', '*.ts', '*.tsx', '*.mts'],
    {
      cwd: REPOSITORY,
      encoding: 'utf8',
    },
  )
  return listed
    .split('\n')
    .filter((path) => path && !path.includes('/generated/') && !path.endsWith('.d.ts'))
    .filter((path) => existsSync(join(REPOSITORY, path)))
    .map((path) => ({ path, text: readFileSync(join(REPOSITORY, path), 'utf8') }))
}

/** What a file imports: relative specifiers as repository paths, packages by their specifier. */
export function importsOf(file: SourceFile): string[] {
  const specifiers = [...file.text.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? '')
  return specifiers.map((specifier) =>
    specifier.startsWith('.')
      ? relative(REPOSITORY, resolve(join(REPOSITORY, dirname(file.path)), specifier)).replaceAll('\\', '/')
      : specifier,
  )
}

/** Static imports and re-exports at the start of a line, and dynamic imports with a literal. */
const IMPORT = /^(?:import|export)\b[^'"`;]*?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm
