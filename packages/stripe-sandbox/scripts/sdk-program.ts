import { readdirSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript5'

const resources = join(dirname(fileURLToPath(import.meta.resolve('stripe'))), 'resources')

/** What the sandbox has of API v2. */
const filesOfV2 = ['V2/Core/EventDestinations.d.ts', 'V2/Core/Events.d.ts']

/** Every v1 resource file of the installed SDK and those of v2 that matter here, without their extension. */
export const resourceFiles = readdirSync(resources, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.d.ts') && (!file.startsWith('V2') || filesOfV2.includes(file)))
  .map((file) => join(resources, file.slice(0, -'.d.ts'.length)))
  .sort()

/** The SDK's types, loaded into TypeScript 5's compiler (TypeScript 7 has no API). */
export const program = ts.createProgram(
  resourceFiles.map((file) => `${file}.d.ts`),
  {
    strict: true,
    skipLibCheck: true,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    types: [],
  },
)

export const checker = program.getTypeChecker()

/** `Checkout/Sessions.d.ts` + `Session.AutomaticTax` → `Checkout.Session.AutomaticTax`. */
export function nameOf(symbol: ts.Symbol): string {
  const declaration = symbol.declarations?.[0]
  const parts: string[] = []
  for (let node: ts.Node | undefined = declaration; node && !ts.isSourceFile(node); node = node.parent) {
    if (ts.isInterfaceDeclaration(node) || ts.isModuleDeclaration(node) || ts.isTypeAliasDeclaration(node)) {
      parts.unshift(node.name.text)
    }
  }
  const file = declaration?.getSourceFile().fileName ?? ''
  const folder = file.startsWith(resources) ? dirname(relative(resources, file)) : '.'
  return [...(folder === '.' ? [] : folder.split('/')), ...parts].join('.')
}

/** An exported interface or type alias of a resource file, e.g. `typeIn('Checkout/Sessions', 'Session')`. */
export function typeIn(file: string, name: string): ts.Type {
  const source = program.getSourceFile(join(resources, `${file}.d.ts`))
  const statement = source?.statements.find(
    (node) => (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) && node.name.text === name,
  )
  if (!statement) throw new Error(`the SDK has no ${name} in ${file}`)
  return checker.getTypeAtLocation(statement)
}
