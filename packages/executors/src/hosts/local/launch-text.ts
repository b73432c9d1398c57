import { type Launch, planLaunch } from './launch.ts'
import { WRONG_PLACE_SIGNAL } from './spawner-script.ts'
import type { Start } from './starter.ts'
import { systemProgram } from './system-program.ts'

/** POSIX.1-2017, 8.1: what a shell can export. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/
/** Variables that bash checks, changes or acts upon when they are set (bash(1), Shell Variables). */
const BASHS_OWN =
  /^(BASH.*|HIST.*|COMP_.*|READLINE_.*|EPOCH.*|LC_ALL|SHELLOPTS|UID|EUID|PPID|GROUPS|DIRSTACK|FUNCNAME|OPTIND|OPTERR|OPTARG|LINENO|RANDOM|SRANDOM|SECONDS|IFS|PS[0-4]|PWD|OLDPWD|SHLVL|_|ENV|POSIXLY_CORRECT|PIPESTATUS|TMOUT|CHILD_MAX|GLOBIGNORE|IGNOREEOF)$/

/**
 * What the spawner's child does before it becomes the program: it enters the working directory and the cgroup, takes
 * the variables, and the user. It is one line of a shell, which is read as a whole before any of it acts.
 */
export function launchText(start: Start): string {
  const { file, args, environment, limits, cgroup, ids, hasAccount = false, cwd } = start
  const isForeign = ids !== null
  const launch = planLaunch({ command: { file, args }, environment, entry: null, limits, isForeign })
  const words = [...identityWords(ids, hasAccount), launch.file, ...launch.args].map(quote)
  const { exports, prefix } = variables(launch.env)
  return [
    `cd -P -- ${quote(cwd)} 2>/dev/null || kill -${WRONG_PLACE_SIGNAL} $BASHPID`,
    ...(cgroup === null ? [] : [`{ echo 0 >${quote(`${cgroup}/cgroup.procs`)}; } 2>/dev/null`]),
    ...(exports.length > 0 ? [`export ${exports.join(' ')}`] : []),
    `exec ${[...prefix, ...words].join(' ')}`,
  ].join('; ')
}

/** A text as one word of a shell. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

function variables(env: Launch['env']): { exports: string[]; prefix: string[] } {
  const exports: string[] = []
  const prefix: string[] = []
  for (const [name, value] of Object.entries(env)) {
    if (NAME.test(name) && !BASHS_OWN.test(name)) exports.push(`${name}=${quote(value)}`)
    else prefix.push(quote(`${name}=${value}`))
  }
  if (prefix.length > 0) prefix.unshift(quote(systemProgram('env') ?? '/usr/bin/env'))
  return { exports, prefix }
}

/** setpriv(1) takes the other groups of the server away, as it must be with another user, and gives those of the account. */
function identityWords(ids: Start['ids'], hasAccount: boolean): string[] {
  if (ids === null) return []
  return [
    systemProgram('setpriv')!,
    `--reuid=${ids.uid}`,
    `--regid=${ids.gid}`,
    hasAccount ? '--init-groups' : '--clear-groups',
    '--',
  ]
}
