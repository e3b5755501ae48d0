import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Builds the demo shop's static files into `outDir`, unless what is there was built from the same sources and lockfile.
 * Every path below `outDir` that is no file must be answered with its `index.html`: the pages find their way themselves.
 * Prints nothing; a source that does not compile is thrown.
 */
export async function buildShop(options: { outDir: string }): Promise<{ built: boolean }> {
  const outDir = path.resolve(options.outDir)
  const marker = path.join(outDir, BUILT_FROM)
  const builtFrom = await digestOfInputs()
  if (existsSync(path.join(outDir, 'index.html')) && (await readIfThere(marker)) === builtFrom) {
    return { built: false }
  }
  // The marker goes first and comes last: a build that was interrupted is never taken for a finished one.
  await rm(marker, { force: true })
  await mkdir(outDir, { recursive: true })
  // Loaded late: when nothing changed, nobody waits for the bundler.
  const { build } = await import('vite')
  await build({
    root: PACKAGE,
    configFile: false,
    envFile: false,
    logLevel: 'silent',
    // Whatever NODE_ENV this process has: a buyer never gets React's development build.
    define: { 'process.env.NODE_ENV': JSON.stringify('production') },
    oxc: { jsx: { runtime: 'automatic', development: false } },
    build: { outDir, emptyOutDir: true, reportCompressedSize: false, modulePreload: { polyfill: false } },
  })
  await writeFile(marker, builtFrom)
  return { built: true }
}

const PACKAGE = path.dirname(fileURLToPath(import.meta.url))
const BUILT_FROM = '.built-from'

/** One digest of all that decides what the build makes: the shop's sources, and the lockfile for React and the bundler. */
async function digestOfInputs(): Promise<string> {
  const sources = [
    'build.ts',
    'index.html',
    'package.json',
    ...(await filesIn('public')),
    ...(await filesIn('src')),
  ]
  const inputs = [...sources, '../../package-lock.json'].sort((a, b) => (a < b ? -1 : 1))
  const contents = await Promise.all(inputs.map((input) => readIfThere(path.join(PACKAGE, input))))
  const hash = createHash('sha256')
  for (const [index, input] of inputs.entries()) hash.update(JSON.stringify([input, contents[index]]))
  return hash.digest('hex')
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(path.join(PACKAGE, folder), { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(PACKAGE, path.join(entry.parentPath, entry.name)))
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
