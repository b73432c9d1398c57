import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { INSTANCE_MARK, RUN_MARK } from './environment.ts'

/** One process that carries a mark of Rota in its environment. */
export interface MarkedProcess {
  pid: number
  runMark: string | null
  instanceMark: string | null
}

const READS_AT_ONCE = 16

function variable(environ: string, name: string): string | null {
  const start = environ.startsWith(`${name}=`) ? 0 : environ.indexOf(`\0${name}=`) + 1
  if (start === 0 && !environ.startsWith(`${name}=`)) return null
  const from = start + name.length + 1
  const end = environ.indexOf('\0', from)
  return environ.slice(from, end === -1 ? undefined : end)
}

/** Pids of all processes now; empty on systems without /proc. */
export function allPids(): number[] {
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 0)
  } catch {
    return []
  }
}

/** The marks in one process's initial environment, or null when it has none or may not be read. */
export async function readMarks(pid: number): Promise<MarkedProcess | null> {
  let environ: string
  try {
    environ = await readFile(`/proc/${pid}/environ`, 'latin1')
  } catch {
    return null
  }
  if (!environ.includes('ROTA_')) return null
  const runMark = variable(environ, RUN_MARK)
  const instanceMark = variable(environ, INSTANCE_MARK)
  return runMark === null && instanceMark === null ? null : { pid, runMark, instanceMark }
}

/** Every process that carries a mark, this one excepted. */
export async function findAllMarked(): Promise<MarkedProcess[]> {
  const pids = allPids().filter((pid) => pid !== process.pid)
  const found: MarkedProcess[] = []
  const reader = async () => {
    for (let pid = pids.pop(); pid !== undefined; pid = pids.pop()) {
      const marked = await readMarks(pid)
      if (marked) found.push(marked)
    }
  }
  await Promise.all(Array.from({ length: READS_AT_ONCE }, reader))
  return found
}

let running: Promise<MarkedProcess[]> | null = null
let next: Promise<MarkedProcess[]> | null = null

/**
 * Pids of the processes of one attempt. Searches asked for while one is under way share the next, so that many
 * attempts ending together cost two passes over the process table, not one each.
 */
export async function findMarked(runMark: string): Promise<number[]> {
  const marked = await sharedSearch()
  return marked.filter((process) => process.runMark === runMark).map((process) => process.pid)
}

function sharedSearch(): Promise<MarkedProcess[]> {
  if (!running) {
    running = findAllMarked().finally(() => {
      running = null
    })
    return running
  }
  // A search that has begun may already be past a process that started since.
  next ??= running.then(() => {
    next = null
    return sharedSearch()
  })
  return next
}
