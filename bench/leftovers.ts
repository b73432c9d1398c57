/** A benchmark's folder and everything that was started in it: gone when it ends, however it ends. */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const NAME = /^rota-bench-(\d+)-/
const WITHIN_MS = 5_000
const LOOK_EVERY_MS = 50

/**
 * Makes the folder in which this process and its children make theirs: whatever they start names it, in its arguments or
 * in TMPDIR. When the process ends, by itself, by an error or by a signal, what still runs is ended and the folder is
 * removed. What earlier ones left behind that were killed goes first.
 */
export function ownFolder(): string {
  const base = process.env.ROTA_BENCH_DIR ?? tmpdir()
  clearLeftovers(base)
  const folder = mkdtempSync(join(base, `rota-bench-${process.pid}-`))
  // A database of root's runs as somebody else, who has to get through.
  chmodSync(folder, 0o711)
  process.env.TMPDIR = folder
  process.env.ROTA_BENCH_DIR = folder
  process.on('exit', () => clear(folder))
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ] as const) {
    process.on(signal, () => process.exit(128 + number))
  }
  return folder
}

/** Ends and removes what belongs to benchmarks that are no more. */
function clearLeftovers(base: string): void {
  for (const name of readdirSync(base)) {
    const [, owner] = NAME.exec(name) ?? []
    if (owner !== undefined && !isAlive(Number(owner))) clear(join(base, name))
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Synchronous: an ending process has no other way. */
function clear(folder: string): void {
  for (let waitedMs = 0; waitedMs < WITHIN_MS; waitedMs += LOOK_EVERY_MS) {
    const left = processesOf(folder)
    if (left.length === 0) break
    for (const { pid, command } of left) {
      // PostgreSQL gives its shared memory back by SIGQUIT, and takes its own children along.
      const signal = /(^|\/)postgres( |$)/.test(command) && waitedMs < WITHIN_MS / 2 ? 'SIGQUIT' : 'SIGKILL'
      try {
        process.kill(pid, signal)
      } catch {
        // It has ended meanwhile.
      }
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_EVERY_MS)
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
}

function processesOf(folder: string): { pid: number; command: string }[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,stat=,args='], { encoding: 'utf8' }).split('\n')
  return lines.flatMap((line) => {
    const [, pid = '', state = '', command = ''] = /^\s*(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? []
    if (pid === '' || state.startsWith('Z') || Number(pid) === process.pid) return []
    const isOurs = command.includes(folder) || environmentOf(pid).includes(`TMPDIR=${folder}`)
    return isOurs ? [{ pid: Number(pid), command: command.split(' ')[0]! }] : []
  })
}

/** What a process began with, where the system tells. */
function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1')
  } catch {
    return ''
  }
}
