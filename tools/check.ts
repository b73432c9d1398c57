/** `npm run check [-- STEP…]`: every rule that a machine can judge, in parallel; all of them unless steps are named. */
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'

interface Step {
  name: string
  /** What a failure means and where to look. */
  rule: string
  /** Program under node_modules/.bin, or a TypeScript file of this folder, and its arguments. */
  command: readonly [string, ...string[]]
}

const ROOT = join(import.meta.dirname, '..')

/** Longest first: the total is then near the longest step's time. */
const STEPS: readonly Step[] = [
  {
    name: 'backtracking',
    rule: 'No regular expression takes more than linear time over data from outside; tools/backtracking.ts has the exceptions.',
    command: ['backtracking.ts'],
  },
  { name: 'types', rule: 'The whole repository type-checks.', command: ['tsc', '-p', '.'] },
  {
    name: 'web-types',
    rule: 'The web interface type-checks, its words in both languages included.',
    command: ['tsc', '-p', 'packages/web'],
  },
  {
    name: 'dead-code',
    rule: 'Nothing is exported, listed or kept that nobody uses (knip.json).',
    command: ['knip', '--no-progress', '--no-config-hints'],
  },
  {
    name: 'import-law',
    rule: 'Parts know only what tools/import-law.ts allows; no cycle, types included.',
    command: [
      'depcruise',
      '--config',
      'tools/import-law.ts',
      '--output-type',
      'err-long',
      'packages',
      'bench',
      'e2e',
      'tools',
    ],
  },
  {
    name: 'style',
    rule: 'Biome: formatting and lint. `npx biome check --write` mends most of it.',
    command: ['biome', 'check', '--error-on-warnings'],
  },
  {
    name: 'bundle',
    rule: 'What a browser loads before the first page is there stays within its budget.',
    command: ['bundle-budget.ts'],
  },
  {
    name: 'generated',
    rule: 'Generated files are what their generators make. `npm run docs` writes them.',
    command: ['docs.ts', '--check'],
  },
  {
    name: 'messages',
    rule: 'Every sentence that `say` makes has its Chinese in packages/core/src/language/zh, with the same gaps.',
    command: ['messages.ts'],
  },
  {
    name: 'functions',
    rule: 'A function has at most 50 lines (a component 120) and four parameters; tools/long-functions.json may only shrink.',
    command: ['function-law.ts'],
  },
  {
    name: 'clock',
    rule: 'Time comes from the clock port alone, so that tests move it by hand.',
    command: ['clock-law.ts'],
  },
  {
    name: 'file-length',
    rule: 'A source file has at most 400 lines, or says at its top why not.',
    command: ['file-length.ts'],
  },
]

interface Result {
  step: Step
  passed: boolean
  seconds: number
  output: string
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !STEPS.some((step) => step.name === name))
if (unknown.length > 0) {
  console.error(`No such step: ${unknown.join(', ')}. There are ${STEPS.map((step) => step.name).join(', ')}.`)
  process.exit(2)
}
const steps = wanted.length === 0 ? STEPS : STEPS.filter((step) => wanted.includes(step.name))
const startedAt = performance.now()
const results = await runAll(steps, Math.max(2, availableParallelism()))
const failed = results.filter((result) => !result.passed)
const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
console.log(`check: ${results.length - failed.length} of ${results.length} steps are in order, ${seconds} s`)
process.exitCode = failed.length === 0 ? 0 : 1

async function runAll(steps: readonly Step[], lanes: number): Promise<Result[]> {
  const queue = [...steps]
  const results: Result[] = []
  const lane = async () => {
    for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
      const result = await run(step)
      report(result)
      results.push(result)
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return results
}

function run(step: Step): Promise<Result> {
  const [program, ...options] = step.command
  const script = program.endsWith('.ts') ? join(import.meta.dirname, program) : join(ROOT, 'node_modules/.bin', program)
  const begunAt = performance.now()
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script, ...options], {
      cwd: ROOT,
      env: { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}) },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    const collect = (chunk: Buffer) => {
      output += chunk.toString()
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    const finish = (passed: boolean) =>
      resolve({ step, passed, seconds: (performance.now() - begunAt) / 1000, output: output.trim() })
    child.on('error', (error) => {
      output += error.message
      finish(false)
    })
    child.on('close', (code) => finish(code === 0))
  })
}

function report({ step, passed, seconds, output }: Result): void {
  console.log(`${passed ? 'ok  ' : 'FAIL'} ${step.name.padEnd(12)} ${seconds.toFixed(1).padStart(5)} s`)
  if (!passed) console.log(`     ${step.rule}\n\n${output}\n`)
}
