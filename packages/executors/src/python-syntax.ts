import { say } from '@rota/core'
import type { RunSink } from './executor.ts'
import { ownRequest } from './own-request.ts'
import { programOf } from './program.ts'
import type { ProgramHost } from './program-host.ts'

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
    with open(sys.argv[1], 'rb') as file:
        compile(file.read(), 'source', 'exec', dont_inherit=True)
    print('null')
except SyntaxError as e:
    print(json.dumps({'line': e.lineno, 'column': e.offset, 'message': e.msg}))
except Exception as e:
    print(json.dumps({'line': None, 'column': None, 'message': str(e) or type(e).__name__}))
`
/** A source that takes more is one that no interpreter would load either. */
const LIMITS = { cpuSeconds: 10, memoryBytes: 512 * 1024 * 1024 }
const LIMIT_MS = 20_000
const AT_ONCE = 2
/** Whoever comes behind these is not kept waiting: the check is a courtesy, the run tells the same. */
const MOST_WAITING = 20

/**
 * Compiles Python source without running it, as the user that will run it, within limits, and in a process tree that is
 * ended as a whole.
 */
export class PythonSyntaxChecks {
  readonly #host: ProgramHost
  #running = 0
  readonly #waiting: (() => void)[] = []

  constructor(host: ProgramHost) {
    this.#host = host
  }

  /**
   * Resolves to null when the source is fine, and also when nobody can be asked: there is no interpreter here (the task
   * may run elsewhere), or too many wait already.
   */
  async find(source: string, runAs: string | null): Promise<PythonSyntaxError | null> {
    if (this.#running >= AT_ONCE) {
      if (this.#waiting.length >= MOST_WAITING) return null
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    } else this.#running++
    try {
      return await this.#ask(source, runAs)
    } finally {
      // The place goes to the next one, or is free.
      const next = this.#waiting.shift()
      if (next) next()
      else this.#running--
    }
  }

  async #ask(source: string, runAs: string | null): Promise<PythonSyntaxError | null> {
    let output = ''
    const sink: RunSink = {
      lines(batch) {
        for (const { stream, text } of batch) if (stream === 'stdout') output += text
        return true
      },
      drained: () => Promise.resolve(),
      progress: () => {},
    }
    const { python } = this.#host.options
    const request = ownRequest({ timeoutMs: LIMIT_MS, maxLogBytes: 65_536, runAs })
    const name = 'source.py'
    const args = ['-I', '-c', CHECK, { file: name }]
    const program = programOf(request, { file: python, args, files: { [name]: source }, limits: LIMITS })
    const { failure, exitCode } = await this.#host.run(program, sink).done
    if (failure === 'dispatch' || failure === 'timeout') return null
    return exitCode === 0 ? parseReport(output) : crashed
  }
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
