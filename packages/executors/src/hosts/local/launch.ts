import { basename } from 'node:path'
import { say } from '@rota/core'
import type { Environment } from '../../environment.ts'
import { type ResourceLimits, rlimitFlags } from '../../resource-limits.ts'
import { type CgroupEntry, entryScript } from './cgroup-entry.ts'
import { systemProgram } from './system-program.ts'

interface Command {
  file: string
  args: string[]
}

/** What a program is started as, and what must have happened before anything of the task can act. */
export interface LaunchPlan {
  /** Its file is absolute. */
  command: Command
  environment: Environment
  entry: { kind: CgroupEntry; directory: string } | null
  /** Those that no cgroup enforces. */
  limits: ResourceLimits
  /** True when it comes to its user by another program, which may not see the task's variables. */
  isForeign?: boolean
}

export interface Launch {
  file: string
  args: string[]
  env: Record<string, string>
}

/** The shell that comes before programs; it gets nothing of the task to read. */
const GATE = '/bin/sh'
/** Shells that read nothing from their home or the base environment before a command (sh(1), dash(1), bash(1)). */
const PLAIN_SHELLS = new Set(['sh', 'ash', 'bash', 'dash'])
/** Variables that are no plain variables to some shell: read-only, checked, or acted upon when they are set. */
const SHELLS_OWN = new Set([
  ...['SHELLOPTS', 'UID', 'EUID', 'PPID', 'GROUPS', 'DIRSTACK', 'FUNCNAME', 'OPTIND', 'OPTERR', 'OPTARG', 'LINENO'],
  ...['RANDOM', 'SRANDOM', 'SECONDS', 'IFS', 'PS0', 'PS1', 'PS2', 'PS3', 'PS4', 'PWD', 'OLDPWD', 'SHLVL', '_', 'ENV'],
  ...['POSIXLY_CORRECT', 'PIPESTATUS', 'TMOUT'],
])
const SHELLS_OWN_FAMILIES = ['BASH', 'HIST', 'LC_', 'LANG', 'COMP_', 'READLINE_', 'EPOCH']
const CARRIED = 'ROTA_CARRIED_'

/**
 * Puts before a program what holds it: its limits, then its cgroup, then the task's own variables, then the program.
 * Whatever the loader or a shell reads from a variable (`LD_PRELOAD`, `BASH_ENV`) finds limits and cgroup in force.
 */
export function planLaunch({ command, environment, entry, limits, isForeign = false }: LaunchPlan): Launch {
  const { own, task } = environment
  const flags = rlimitFlags(limits)
  const hasTaskVariables = Object.keys(task).length > 0
  const isPreceded = entry !== null || isForeign || flags.length > 0
  if (!isPreceded) return { ...command, env: { ...own, ...task } }
  const script = entry === null ? '' : entryScript(entry.kind, entry.directory)
  if (!hasTaskVariables && (entry === null || isShellCommand(command))) {
    return { ...withRlimits(script === '' ? command : withText(command, script), flags), env: own }
  }
  const { assignments, words, carried } = carry(task)
  const gate = {
    file: GATE,
    args: ['-c', `${script}${assignments}exec ${words}"$@"`, 'sh', command.file, ...command.args],
  }
  return { ...withRlimits(gate, flags), env: { ...own, ...carried } }
}

function isShellCommand({ file, args }: Command): boolean {
  return args[0] === '-c' && PLAIN_SHELLS.has(basename(file))
}

/** Puts the entry on the command's own first line, which costs no process and keeps its line numbers true. */
function withText({ file, args }: Command, script: string): Command {
  return { file, args: ['-c', script + args[1], ...args.slice(2)] }
}

/**
 * Carries the task's variables past the gate under names that mean nothing to anybody, not as arguments, which every
 * user could read.
 */
function carry(task: Readonly<Record<string, string>>) {
  const carried: Record<string, string> = {}
  const exports: string[] = []
  const words: string[] = []
  for (const [index, [name, value]] of Object.entries(task).entries()) {
    const carrier = `${CARRIED}${index}`
    carried[carrier] = value
    const word = `${name}="$${carrier}"`
    if (isShellsOwn(name)) words.push(word)
    else exports.push(word)
  }
  const unset = Object.keys(carried).map((name) => `-u ${name}`)
  // What is unset cannot be given on, so env(1) does both where it is needed.
  const env = systemProgram('env') ?? '/usr/bin/env'
  if (words.length > 0) {
    const kept = exports.length > 0 ? `export ${exports.join(' ')}; ` : ''
    return { assignments: kept, words: `${env} ${unset.join(' ')} ${words.join(' ')} `, carried }
  }
  const names = Object.keys(carried).join(' ')
  const assignments = exports.length > 0 ? `export ${exports.join(' ')}; unset ${names}; ` : ''
  return { assignments, words: '', carried }
}

/** Wraps a command in prlimit(1), which sets the limits and becomes the command; unchanged when there are none. */
function withRlimits(command: Command, flags: readonly string[]): Command {
  if (flags.length === 0) return command
  const file = systemProgram('prlimit')
  if (file === null) throw new Error(say`Limits of programs need prlimit (util-linux), which is not installed here.`)
  return { file, args: [...flags, '--', command.file, ...command.args] }
}

function isShellsOwn(name: string): boolean {
  return SHELLS_OWN.has(name) || SHELLS_OWN_FAMILIES.some((family) => name.startsWith(family))
}
