import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildShop } from '../build.ts'

let outDir = ''
let first: { built: boolean }

beforeAll(async () => {
  outDir = await mkdtemp(join(tmpdir(), 'billhook-shop-'))
  first = await buildShop({ outDir })
})

afterAll(() => rm(outDir, { recursive: true, force: true }))

test('an empty folder is built into', () => {
  expect(first).toEqual({ built: true })
})

test('nothing is built again while nothing has changed', async () => {
  expect(await buildShop({ outDir })).toEqual({ built: false })
})

test('everything that a buyer loads is at most 100 kB, gzipped', async () => {
  const files = await builtFiles()
  const bytes = files.reduce((sum, file) => sum + gzipSync(file.content).length, 0)
  expect(bytes).toBeLessThanOrEqual(100_000)
})

test('nothing is loaded from another origin', async () => {
  const loads = /(?:src|href)="(?:https?:)?\/\/|url\(["']?(?:https?:)?\/\/|@import/
  const loading = (await builtFiles()).filter(({ content }) => loads.test(content.toString()))
  expect(loading.map(({ name }) => name)).toEqual([])
})

test('a build that was interrupted is done again', async () => {
  await rm(join(outDir, 'index.html'))
  expect(await buildShop({ outDir })).toEqual({ built: true })
})

async function builtFiles(): Promise<{ name: string; content: Buffer }[]> {
  const entries = await readdir(outDir, { recursive: true, withFileTypes: true })
  const names = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return Promise.all(names.map(async (name) => ({ name, content: await readFile(name) })))
}
