import { expect, test } from 'vitest'
import { sourceFiles } from './source-files.ts'

const files = sourceFiles()

test('no file is longer than 300 lines', () => {
  const long = files
    .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
    .filter(({ lines }) => lines > 300)
    .map(({ path, lines }) => `${path}: ${lines}`)
  expect(long).toEqual([])
})

test('no file or folder has a name that says nothing', () => {
  const empty = /(^|[/.-])(utils?|helpers?|common|managers?|services?|misc|core|v2)([/.-]|$)/i
  expect(files.map(({ path }) => path).filter((path) => empty.test(path))).toEqual([])
})

test('there is no `any`, no skipped test and no empty catch', () => {
  const smell =
    /\bas any\b|:\s*any\b(?!\w)|\b(?:test|it|describe)\.(?:skip|only|todo)\(|catch\s*(?:\([^)]*\))?\s*\{\s*\}/
  const smelly = files
    .filter(({ path }) => !path.includes('/tests/house/'))
    .flatMap(({ path, text }) =>
      text
        .split('\n')
        .flatMap((line, index) =>
          smell.test(line) && !line.trimStart().startsWith('*') && !line.trimStart().startsWith('//')
            ? [`${path}:${index + 1}`]
            : [],
        ),
    )
  expect(smelly).toEqual([])
})
