/** Finds regular expressions whose time may grow faster than the text they look at. */
import ts from 'typescript'

// Read when the library is first asked: its analysis in JavaScript, which needs no Java and no binary of its own.
process.env.RECHECK_SYNC_BACKEND = 'pure'
const { checkSync } = await import('recheck')

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

/** All slow expressions of a source file, literals and `RegExp(…)` alike. */
export function slowExpressions(path: string, source: string): SlowExpression[] {
  const kind = path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true, kind)
  const found: SlowExpression[] = []
  const visit = (node: ts.Node): void => {
    const why = judge(node, file)
    if (why !== null) {
      const { line } = file.getLineAndCharacterOfPosition(node.getStart(file))
      found.push({ path, line: line + 1, text: why === MADE ? 'RegExp(…)' : node.getText(file), why })
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

function judge(node: ts.Node, file: ts.SourceFile): string | null {
  if (ts.isRegularExpressionLiteral(node)) {
    const end = node.text.lastIndexOf('/')
    return judgePattern(node.text.slice(1, end), node.text.slice(end + 1))
  }
  if (!ts.isNewExpression(node) && !ts.isCallExpression(node)) return null
  if (node.expression.getText(file) !== 'RegExp') return null
  const [pattern, flags] = node.arguments ?? []
  if (!pattern || !ts.isStringLiteralLike(pattern)) return MADE
  return judgePattern(pattern.text, flags && ts.isStringLiteralLike(flags) ? flags.text : '')
}

/** By the degree of ambiguity of its automaton; tries of attack texts alone would prove nothing. */
function judgePattern(pattern: string, flags: string): string | null {
  if (!UNBOUNDED.test(pattern)) return null
  const verdict = checkSync(pattern, flags, { checker: 'automaton', timeout: LONGEST_ANALYSIS_MS })
  if (verdict.status === 'safe') return null
  return verdict.status === 'vulnerable' ? verdict.complexity.type : 'unproven'
}
