import { readFileSync } from 'node:fs'
import ts from 'typescript5'
import { checker, program, resourceFiles } from './sdk-program.ts'

export interface Operation {
  method: string
  /** As the sandbox's routes write it, parameter names left out: `/v1/customers/:/sources/:`. */
  path: string
  /** The type of the parameters; undefined when the method takes none. */
  parameters: ts.Type | undefined
}

/** Every v1 call that the SDK can make, and those of v2 that matter here: verb and path from its JavaScript, parameter types from its declarations. */
export function sdkOperations(): Operation[] {
  return resourceFiles.flatMap((file) => {
    const source = ts.createSourceFile(
      `${file}.js`,
      readFileSync(`${file}.js`, 'utf8'),
      ts.ScriptTarget.ES2022,
      true,
    )
    return source.statements.filter(ts.isClassDeclaration).flatMap((declared) =>
      declared.members.filter(ts.isMethodDeclaration).flatMap((method) => {
        const call = requestOf(method)
        const verb = call?.arguments[0]
        const path = call?.arguments[1] && pathOf(call.arguments[1])
        if (!verb || !ts.isStringLiteral(verb) || !path || !/^\/v[12]\//.test(path)) return []
        const name = method.name.getText(source)
        return [{ method: verb.text, path, parameters: parametersOf(file, declared.name?.text ?? '', name) }]
      }),
    )
  })
}

/** The `this._makeRequest(verb, path, ...)` inside a method. */
function requestOf(method: ts.MethodDeclaration): ts.CallExpression | undefined {
  let found: ts.CallExpression | undefined
  const visit = (node: ts.Node): void => {
    if (!found && ts.isCallExpression(node) && node.expression.getText() === 'this._makeRequest') found = node
    ts.forEachChild(node, visit)
  }
  visit(method)
  return found
}

function pathOf(node: ts.Expression): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text
  if (!ts.isTemplateExpression(node)) return undefined
  return node.head.text + node.templateSpans.map((span) => `:${span.literal.text}`).join('')
}

function parametersOf(file: string, className: string, methodName: string): ts.Type | undefined {
  const source = program.getSourceFile(`${file}.d.ts`)
  const declared = source?.statements.find(
    (node) => ts.isClassDeclaration(node) && node.name?.text === className,
  ) as ts.ClassDeclaration | undefined
  const signatures = declared?.members.filter(
    (member) => ts.isMethodDeclaration(member) && member.name.getText() === methodName,
  ) as ts.MethodDeclaration[] | undefined
  const parameter = signatures
    ?.flatMap((signature) => [...signature.parameters])
    .find((candidate) => candidate.name.getText() === 'params')
  return parameter && checker.getNonNullableType(checker.getTypeAtLocation(parameter))
}
