import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { INSTANCE_MARK, RUN_MARK } from '../../environment.ts'

/** One living process as /proc shows it; zombies are not listed. */
export interface ProcessEntry {
  pid: number
  parent: number
  group: number
  /** The marks of Rota in its initial environment, where it has them and we may read it. */
  runMark: string | null
  instanceMark: string | null
}

const READS_AT_ONCE = 16
/** A larger family is known by its first members. */
const MOST_FAMILY = 64

function variable(environ: string, name: string): string | null {
  const padded = `\0${environ}`
  const at = padded.indexOf(`\0${name}=`)
  if (at === -1) return null
  const from = at + name.length + 2
  const end = padded.indexOf('\0', from)
  return padded.slice(from, end === -1 ? undefined : end)
}

/** Pids of all processes now; empty on systems without /proc. */
function allPids(): number[] {
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 0)
  } catch {
    return []
  }
}

async function readEntry(pid: number): Promise<ProcessEntry | null> {
  let stat: string
  let environ = ''
  try {
    stat = await readFile(`/proc/${pid}/stat`, 'latin1')
  } catch {
    return null
  }
  // The name in brackets may hold anything, so fields are counted from its end (proc_pid_stat(5)).
  const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ', 3)
  if (state === 'Z' || state === 'X') return null
  try {
    environ = await readFile(`/proc/${pid}/environ`, 'latin1')
  } catch {
    // Another user's: its group and parent still tell.
  }
  const isMarked = environ.includes('ROTA_')
  return {
    pid,
    parent: Number(parent),
    group: Number(group),
    runMark: isMarked ? variable(environ, RUN_MARK) : null,
    instanceMark: isMarked ? variable(environ, INSTANCE_MARK) : null,
  }
}

/** A process and what descends from it, as the kernel lists children (proc_pid_task_tid_children(5)); cheap for one. */
export function familyOf(pid: number): number[] {
  const family = [pid]
  for (let index = 0; index < family.length && family.length < MOST_FAMILY; index++) {
    const member = family[index]!
    try {
      const children = readFileSync(`/proc/${member}/task/${member}/children`, 'latin1')
      family.push(...children.split(' ').filter(Boolean).map(Number))
    } catch {
      // Gone meanwhile, or a kernel that does not tell.
    }
  }
  return family
}

/** Every living process but this one. */
export async function listProcesses(): Promise<ProcessEntry[]> {
  const pids = allPids().filter((pid) => pid !== process.pid)
  const found: ProcessEntry[] = []
  const read = async () => {
    for (let pid = pids.pop(); pid !== undefined; pid = pids.pop()) {
      const entry = await readEntry(pid)
      if (entry) found.push(entry)
    }
  }
  await Promise.all(Array.from({ length: READS_AT_ONCE }, read))
  return found
}

/** The processes of `roots` and everything below them. */
export function withDescendants(roots: readonly ProcessEntry[], all: readonly ProcessEntry[]): ProcessEntry[] {
  const family = new Map(roots.map((entry) => [entry.pid, entry]))
  // Parents may be listed after their children, so passes are made until one finds nothing new.
  for (let before = -1; before !== family.size; ) {
    before = family.size
    for (const entry of all) if (family.has(entry.parent)) family.set(entry.pid, entry)
  }
  return [...family.values()]
}

let running: Promise<ProcessEntry[]> | null = null
let next: Promise<ProcessEntry[]> | null = null

/** A pass over the process table; passes asked for while one is under way share the next. */
function sharedPass(): Promise<ProcessEntry[]> {
  if (!running) {
    running = listProcesses().finally(() => {
      running = null
    })
    return running
  }
  // A pass that has begun may already be past a process that started since.
  next ??= running.then(() => {
    next = null
    return sharedPass()
  })
  return next
}

/**
 * Pids of the living processes of one attempt: those that carry its mark, those in its process group, and all their
 * descendants. Many attempts ending together cost two passes over the process table, not one each.
 */
export async function findMarked(runMark: string, group: number): Promise<number[]> {
  const all = await sharedPass()
  const roots = all.filter((entry) => entry.runMark === runMark || entry.group === group)
  return withDescendants(roots, all).map((entry) => entry.pid)
}
