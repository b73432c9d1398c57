/**
 * How long a function is, and how many parameters it takes.
 *
 * - Lines count from the first of the signature to the last of the body, comments and blank lines included.
 * - A function that has a name (a declaration, a constant, a method, a member of an object) and stands inside another
 *   one counts for itself, and as one line of the one around it. So the length of a factory `createX()` is its state
 *   and what it returns, not what its closures do.
 * - A callback without a name belongs to the function in which it is written, and counts there line by line. Only where
 *   no function is around it does it count for itself.
 * - What is passed to `describe`, `test` and their hooks has no length, since a test may tell a story; a contract suite
 *   counts each of them as one line. Functions with a name inside a test count as anywhere else.
 *
 * Parameters count where a function counts for itself. Those of other callbacks are chosen by whoever calls them.
 */
import ts from 'typescript'

export interface FunctionSize {
  path: string
  /** Names of the functions and classes around it and its own, with dots between; `#2` behind the second of a name. */
  name: string
  /** Line of the file where it begins. */
  line: number
  lines: number
  /** A component of the page: a function of a `.tsx` file with a capital letter. */
  isComponent: boolean
  parameters: number
}

/** What a node stands in. Without `size` a callback counts for itself, unless it is part of a test. */
interface Surroundings {
  names: readonly string[]
  size?: FunctionSize
  inTest?: boolean
}

type FunctionNode = ts.FunctionLikeDeclaration & { body: ts.ConciseBody }

const TEST_WORD = /^(describe|test|it|before(Each|All)|after(Each|All)|onTest(Finished|Failed))$/

/** Every function of a source file that counts for itself, in the order of the text. */
export function functionSizes(path: string, source: string): FunctionSize[] {
  const kind = path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true, kind)
  const lineOf = (position: number) => file.getLineAndCharacterOfPosition(position).line + 1
  const sizes: FunctionSize[] = []
  const uses = new Map<string, number>()

  const sizeOf = (node: FunctionNode, names: readonly string[]): FunctionSize => {
    const name = names.join('.')
    const use = (uses.get(name) ?? 0) + 1
    uses.set(name, use)
    const line = lineOf(node.getStart(file))
    return {
      path,
      name: use === 1 ? name : `${name}#${use}`,
      line,
      lines: lineOf(node.end) - line + 1,
      isComponent: path.endsWith('.tsx') && /^[A-Z]/.test(names.at(-1) ?? ''),
      parameters: node.parameters.filter((parameter) => parameter.name.getText(file) !== 'this').length,
    }
  }

  const enter = (node: FunctionNode, around: Surroundings): Surroundings => {
    const own = nameOf(node)
    const isTest = own === undefined && isPassedToTest(node)
    if (own === undefined && !isTest && (around.size || around.inTest)) return around
    if (around.size) around.size.lines -= lineOf(node.end) - lineOf(node.getStart(file))
    if (isTest) return { names: around.names, inTest: true }
    const names = [...around.names, own ?? 'callback']
    const size = sizeOf(node, names)
    sizes.push(size)
    return { names, size }
  }

  const visit = (node: ts.Node, around: Surroundings): void => {
    const inside = isFunction(node) ? enter(node, around) : ts.isClassLike(node) ? inClass(node, around) : around
    ts.forEachChild(node, (child) => visit(child, inside))
  }
  visit(file, { names: [] })
  return sizes
}

function isFunction(node: ts.Node): node is FunctionNode {
  return ts.isFunctionLike(node) && 'body' in node && node.body !== undefined
}

function inClass(node: ts.ClassLikeDeclaration, around: Surroundings): Surroundings {
  return node.name ? { ...around, names: [...around.names, node.name.text] } : around
}

/** The name that a function has, or gets from where it is put; none for a callback. */
function nameOf(node: FunctionNode): string | undefined {
  if (ts.isConstructorDeclaration(node)) return 'constructor'
  if (node.name) return node.name.getText()
  const { parent } = node
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent)) {
    return parent.name.getText()
  }
  if (ts.isExportAssignment(parent)) return 'default'
  return ts.isBinaryExpression(parent) && parent.right === node ? parent.left.getText() : undefined
}

/** Whether it is passed to `test`, `describe.each(…)` and their like. */
function isPassedToTest(node: FunctionNode): boolean {
  if (!ts.isCallExpression(node.parent)) return false
  let callee: ts.Node = node.parent
  while (
    ts.isCallExpression(callee) ||
    ts.isPropertyAccessExpression(callee) ||
    ts.isTaggedTemplateExpression(callee)
  ) {
    callee = ts.isTaggedTemplateExpression(callee) ? callee.tag : callee.expression
  }
  return ts.isIdentifier(callee) && TEST_WORD.test(callee.text)
}
