import { spawn } from 'node:child_process'
import type { Clock } from '@rota/core'
import { say } from '@rota/core'

/** Where Python's own compiler stopped, in its words. */
export interface PythonSyntaxError {
  /** 1-based. */
  line: number | null
  /** 1-based. */
  column: number | null
  message: string
}

/** Isolated (-I): neither the working directory nor variables can change what the check loads. Nothing is run. */
const CHECK = `
import sys, json
try:
    compile(sys.stdin.buffer.read(), 'source', 'exec', dont_inherit=True)
    print('null')
except SyntaxError as e:
    print(json.dumps({'line': e.lineno, 'column': e.offset, 'message': e.msg}))
except Exception as e:
    print(json.dumps({'line': None, 'column': None, 'message': str(e) or type(e).__name__}))
`
const LIMIT_MS = 10_000

/**
 * Compiles Python source without running it. Resolves to null when it is fine, and also when there is no interpreter
 * here to ask (the task may run elsewhere).
 */
export function findPythonSyntaxError(
  python: string,
  source: string,
  env: Readonly<Record<string, string>>,
  clock: Clock,
): Promise<PythonSyntaxError | null> {
  return new Promise((resolve) => {
    const child = spawn(python, ['-I', '-c', CHECK], { env: { ...env }, cwd: '/', stdio: ['pipe', 'pipe', 'ignore'] })
    const timer = clock.after(LIMIT_MS, () => child.kill('SIGKILL'))
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    // A compiler that crashed does not read its input to the end.
    child.stdin.on('error', () => {})
    child.on('error', () => {
      timer.cancel()
      resolve(null)
    })
    child.on('close', (code) => {
      timer.cancel()
      resolve(code === 0 ? parseReport(output) : crashed)
    })
    child.stdin.end(source)
  })
}

const crashed: PythonSyntaxError = { line: null, column: null, message: say`the compiler gave up on it` }

function parseReport(output: string): PythonSyntaxError | null {
  try {
    return JSON.parse(output) as PythonSyntaxError | null
  } catch {
    return crashed
  }
}

/** Zero-based position in `source` of a 1-based line and column. */
export function positionOf(source: string, line: number, column: number): number {
  let position = 0
  for (let current = 1; current < line; current++) {
    const end = source.indexOf('\n', position)
    if (end === -1) break
    position = end + 1
  }
  return Math.min(source.length, position + Math.max(0, column - 1))
}
