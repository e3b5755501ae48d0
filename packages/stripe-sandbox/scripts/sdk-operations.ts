import { readFileSync } from 'node:fs'
import ts from 'typescript5'
import { checker, program, resourceFiles } from './sdk-program.ts'

export interface Operation {
  method: string
  /** As the sandbox's routes write it, parameter names left out: `/v1/customers/:/sources/:`. */
  path: string
  /** The type of the parameters; undefined when the method takes none. */
  parameters: ts.Type | undefined
  answer: Answer
}

/** What a call answers: one object of the type, or a page of them. */
export interface Answer {
  kind: 'object' | 'list' | 'search_result' | 'v2_list'
  type: ts.Type
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
        const signatures = signaturesOf(file, declared.name?.text ?? '', method.name.getText(source))
        return [
          { method: verb.text, path, parameters: parametersOf(signatures), answer: answerOf(signatures) },
        ]
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

function signaturesOf(file: string, className: string, methodName: string): ts.MethodDeclaration[] {
  const source = program.getSourceFile(`${file}.d.ts`)
  const declared = source?.statements.find(
    (node) => ts.isClassDeclaration(node) && node.name?.text === className,
  ) as ts.ClassDeclaration | undefined
  const members: readonly ts.ClassElement[] = declared?.members ?? []
  return members.filter(
    (member): member is ts.MethodDeclaration =>
      ts.isMethodDeclaration(member) && member.name.getText() === methodName,
  )
}

function parametersOf(signatures: readonly ts.MethodDeclaration[]): ts.Type | undefined {
  const parameter = signatures
    .flatMap((signature) => [...signature.parameters])
    .find((candidate) => candidate.name.getText() === 'params')
  return parameter && checker.getNonNullableType(checker.getTypeAtLocation(parameter))
}

/** `Promise<Response<T>>`, `ApiListPromise<T>`, `ApiSearchResultPromise<T>` or `V2ListPromise<T>`, as it is written in the declaration. */
function answerOf(signatures: readonly ts.MethodDeclaration[]): Answer {
  const promise = signatures[0]?.type
  const inner = argumentOf(promise)
  if (!promise || !inner) throw new Error('a call of the SDK answers something')
  const name = promise.getText().split('<', 1)[0]
  if (name === 'ApiListPromise') return { kind: 'list', type: checker.getTypeAtLocation(inner) }
  if (name === 'V2ListPromise') return { kind: 'v2_list', type: checker.getTypeAtLocation(inner) }
  if (name === 'ApiSearchResultPromise') {
    return { kind: 'search_result', type: checker.getTypeAtLocation(inner) }
  }
  return { kind: 'object', type: checker.getTypeAtLocation(argumentOf(inner) ?? inner) }
}

function argumentOf(node: ts.TypeNode | undefined): ts.TypeNode | undefined {
  return node && ts.isTypeReferenceNode(node) ? node.typeArguments?.[0] : undefined
}
