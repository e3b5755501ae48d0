import ts from 'typescript5'

/** Object name → dotted path of a field below it → whether it is always there where its parent is. */
export type Fields = Record<string, Record<string, boolean>>

/** The fields of Stripe's objects as an SDK's declarations have them, whichever way its files are laid out. */
export function fieldsOfObjects(files: readonly string[], wanted: ReadonlySet<string>): Fields {
  const program = ts.createProgram([...files], {
    strict: true,
    skipLibCheck: true,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    types: [],
  })
  const checker = program.getTypeChecker()
  const found: Fields = {}
  const visit = (node: ts.Node): void => {
    if (ts.isInterfaceDeclaration(node)) {
      const type = checker.getTypeAtLocation(node)
      const name = objectNameOf(type, checker)
      // Each type of event has an interface of its own; what they share is the event.
      const isOne = name === 'event' ? node.name.text === 'EventBase' : !node.name.text.startsWith('Deleted')
      if (name !== undefined && wanted.has(name) && isOne) {
        const fields: Record<string, boolean> = {}
        collect(type, '', fields, checker, 0)
        found[name] = fields
      }
    }
    if (ts.isModuleDeclaration(node) || ts.isModuleBlock(node) || ts.isSourceFile(node))
      ts.forEachChild(node, visit)
  }
  for (const file of program.getSourceFiles()) if (files.includes(file.fileName)) visit(file)
  return found
}

function collect(
  type: ts.Type,
  prefix: string,
  fields: Record<string, boolean>,
  checker: ts.TypeChecker,
  depth: number,
): void {
  if (depth > 6) return
  for (const property of type.getProperties()) {
    const declaration = property.valueDeclaration ?? property.declarations?.[0]
    if (!declaration || !ts.isPropertySignature(declaration)) continue
    const propertyType = checker.getTypeOfSymbolAtLocation(property, declaration)
    const members = membersOf(propertyType, checker)
    if (members.length === 0) continue
    const path = `${prefix}${property.name}`
    fields[path] = !(property.flags & ts.SymbolFlags.Optional)
    for (const member of members) {
      if (isPlainHash(member, checker)) collect(member, `${path}.`, fields, checker, depth + 1)
    }
  }
}

/** What a field may hold: alternatives and elements of arrays, without null and nothing. */
function membersOf(type: ts.Type, checker: ts.TypeChecker): ts.Type[] {
  if (type.isUnion()) return type.types.flatMap((member) => membersOf(member, checker))
  if (type.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Void)) return []
  const element = checker.isArrayType(type)
    ? checker.getTypeArguments(type as ts.TypeReference)[0]
    : undefined
  return element ? membersOf(element, checker) : [type]
}

/** A hash that is no object of Stripe's own, no list, no map and no class of the SDK. */
function isPlainHash(type: ts.Type, checker: ts.TypeChecker): boolean {
  if (!(type.flags & ts.TypeFlags.Object) || type.getStringIndexType()) return false
  const name = type.getSymbol()?.name ?? ''
  if (/^(ApiList|ApiSearchResult|Decimal|DecimalImpl|StripeError|Metadata)$/.test(name)) return false
  return objectNameOf(type, checker) === undefined
}

function objectNameOf(type: ts.Type, checker: ts.TypeChecker): string | undefined {
  const property = type.getProperty('object')
  const declaration = property?.valueDeclaration
  const literal = declaration && checker.getTypeOfSymbolAtLocation(property, declaration)
  return literal?.isStringLiteral() ? literal.value : undefined
}
