import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { faultCatalogue } from '../src/faults/fault-catalogue.ts'

const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')

test('the README has a line for every fault, with its settings and their defaults', () => {
  const lines = [...readme.matchAll(/^\| `(\w+)` \|.*\|(.*)\|$/gm)]
  const described = new Map(lines.map(([, name, settings]) => [name, settings]))
  const wrong = Object.entries(faultCatalogue).filter(([name, { settings }]) => {
    const line = described.get(name)
    return line === undefined || Object.entries(settings).some((each) => !names(line, ...each))
  })
  expect(wrong.map(([name]) => name)).toEqual([])

  function names(line: string, key: string, setting: { default: unknown }): boolean {
    return line.includes(`\`${key}\``) && (setting.default === null || line.includes(String(setting.default)))
  }
})

test('the README’s example of faults runs as it stands', async () => {
  const [, example = ''] =
    /```ts\n(import \{ createSandbox[\s\S]*?faults\.set[\s\S]*?)```/.exec(section('## Faults')) ?? []
  const output = await new Promise<string>((resolve) => {
    const flags = ['--input-type=module-typescript', '--eval', example]
    execFile(process.execPath, flags, { cwd: import.meta.dirname }, (_, stdout, stderr) =>
      resolve(stdout + stderr),
    )
  })
  expect(output).toMatch(/^1\n7 \[/)
})

function section(heading: string): string {
  return readme.slice(readme.indexOf(heading))
}
