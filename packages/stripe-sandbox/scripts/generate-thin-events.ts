// Writes src/generated/thin-event-types.json: the names of the thin events that the installed SDK knows.
//
//   node packages/stripe-sandbox/scripts/generate-thin-events.ts
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript5'

const file = join(dirname(fileURLToPath(import.meta.resolve('stripe'))), 'resources/V2/Core/Events.d.ts')
const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true)
const types = source.statements
  .filter((node) => ts.isInterfaceDeclaration(node) && node.name.text.endsWith('Event'))
  .flatMap((node) => (node as ts.InterfaceDeclaration).members)
  .filter((member) => ts.isPropertySignature(member) && member.name.getText(source) === 'type')
  .flatMap((member) => {
    const { type } = member as ts.PropertySignature
    return type && ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal) ? [type.literal.text] : []
  })

const target = join(import.meta.dirname, '../src/generated/thin-event-types.json')
writeFileSync(target, `${JSON.stringify([...new Set(types)].sort(), null, 1)}\n`)
console.log(`${types.length} thin events`)
