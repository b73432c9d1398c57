/** Finds regular expressions whose time may grow faster than the text they look at. */
import { check } from 'recheck'
import ts from 'typescript'

export interface SlowExpression {
  path: string
  line: number
  /** As it stands in the source; `RegExp(…)` for one that is made at run time. */
  text: string
  /** `polynomial`, `exponential`; `unproven` where the analysis cannot tell; `made at run time`. */
  why: string
}

/** Without one of these an expression looks at a bounded part of the text from each place. */
const UNBOUNDED = /[*+]|\{\d+,\}/
const MADE = 'made at run time'
const LONGEST_ANALYSIS_MS = 120_000

/** All slow expressions of a source file, literals and `RegExp(…)` alike, in their order. */
export async function slowExpressions(path: string, source: string): Promise<SlowExpression[]> {
  const kind = path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true, kind)
  const asked: Promise<SlowExpression | null>[] = []
  const visit = (node: ts.Node): void => {
    const judged = judge(node, file)
    if (judged !== null) asked.push(judged.then((why) => (why === null ? null : expressionAt(node, file, why))))
    ts.forEachChild(node, visit)
  }
  visit(file)
  return (await Promise.all(asked)).filter((found) => found !== null)
}

function expressionAt(node: ts.Node, file: ts.SourceFile, why: string): SlowExpression {
  const { line } = file.getLineAndCharacterOfPosition(node.getStart(file))
  return { path: file.fileName, line: line + 1, text: why === MADE ? 'RegExp(…)' : node.getText(file), why }
}

/** Null for what is no expression; else why it is slow, or null. */
function judge(node: ts.Node, file: ts.SourceFile): Promise<string | null> | null {
  if (ts.isRegularExpressionLiteral(node)) {
    const end = node.text.lastIndexOf('/')
    return judgePattern(node.text.slice(1, end), node.text.slice(end + 1))
  }
  if (!ts.isNewExpression(node) && !ts.isCallExpression(node)) return null
  if (node.expression.getText(file) !== 'RegExp') return null
  const [pattern, flags] = node.arguments ?? []
  if (!pattern || !ts.isStringLiteralLike(pattern)) return Promise.resolve(MADE)
  return judgePattern(pattern.text, flags && ts.isStringLiteralLike(flags) ? flags.text : '')
}

/**
 * By the degree of ambiguity of its automaton; tries of attack texts alone would prove nothing. Asked at once, they go
 * to the library's program where the platform has one, which takes a third of the time of its JavaScript.
 */
async function judgePattern(pattern: string, flags: string): Promise<string | null> {
  if (!UNBOUNDED.test(pattern)) return null
  const verdict = await check(pattern, flags, { checker: 'automaton', timeout: LONGEST_ANALYSIS_MS })
  if (verdict.status === 'safe') return null
  return verdict.status === 'vulnerable' ? verdict.complexity.type : 'unproven'
}
