import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Clock, Timer } from '@rota/core'

/** How often it is asked whether npm is still there. */
const LOOK_EVERY_MS = 500
/** Between npm and the server stand a shell, and `node --watch`. */
const MOST_ANCESTORS = 6

interface Ancestor {
  pid: number
  command: string
}

/**
 * The npm that has started this process, with what stands between. npm passes signals on to its shell alone (npm 11:
 * `npm start`, `npm run`, `npx`), which ends by them without a word to the server. So the server ends by itself when
 * one of them has gone. Empty where no npm is an ancestor: under systemd, in a container, from a shell.
 */
export function npmAncestors(env: Record<string, string | undefined> = process.env): readonly Ancestor[] {
  if (env.npm_command === undefined) return []
  const found: Ancestor[] = []
  for (let pid = process.ppid; pid > 0 && found.length < MOST_ANCESTORS; ) {
    const look = lookUp(pid)
    if (look === null) return []
    found.push({ pid, command: look.command })
    if (/^np[mx] |np[mx]-cli\.js/.test(look.command)) return found
    pid = look.parent
  }
  return []
}

/** Calls `onGone` once when one of the ancestors has ended. */
export function watchAncestors(ancestors: readonly Ancestor[], clock: Clock, onGone: () => void): Timer {
  let timer: Timer = { cancel: () => undefined }
  if (ancestors.length === 0) return timer
  const look = () => {
    const isHere = ancestors[0]!.pid === process.ppid && ancestors.every(({ pid }) => isAlive(pid))
    if (isHere) timer = clock.after(LOOK_EVERY_MS, look)
    else onGone()
  }
  timer = clock.after(LOOK_EVERY_MS, look)
  return { cancel: () => timer.cancel() }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function lookUp(pid: number): { parent: number; command: string } | null {
  try {
    return process.platform === 'linux' ? fromProc(pid) : fromPs(pid)
  } catch {
    return null
  }
}

function fromProc(pid: number): { parent: number; command: string } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name stands in brackets and may hold any character.
  const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  return { parent, command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ') }
}

function fromPs(pid: number): { parent: number; command: string } {
  const line = execFileSync('ps', ['-o', 'ppid=,args=', '-p', String(pid)], { encoding: 'utf8' }).trim()
  const [parent = '', ...words] = line.split(/\s+/)
  return { parent: Number(parent), command: words.join(' ') }
}
