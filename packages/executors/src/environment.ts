import type { FieldError } from '@rota/core'
import { say } from '@rota/core'
import type { RunRequest } from './executor.ts'
import type { Program } from './program.ts'

/** The variable by which all processes of one instance (data directory) are known after a crash. */
export const INSTANCE_MARK = 'ROTA_INSTANCE_MARK'
/** The variable by which all processes of one attempt are known. */
export const RUN_MARK = 'ROTA_RUN_MARK'

/** What a program gets when nothing else is configured. Nothing of the server's own environment is passed on. */
export const DEFAULT_BASE_ENV: Readonly<Record<string, string>> = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LANG: 'C.UTF-8',
}

/** POSIX.1-2017, 8.1: names of portable variables. */
const VALID_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/** Set by Rota for every run; a task cannot override them. */
const RESERVED = new Set([
  INSTANCE_MARK,
  RUN_MARK,
  'ROTA_EXECUTION_ID',
  'ROTA_TASK_ID',
  'ROTA_TASK_NAME',
  'ROTA_ATTEMPT',
  'ROTA_FENCE',
  'ROTA_SCHEDULED_AT',
  'ROTA_ARGS',
  'ROTA_KWARGS',
])

/** Finds names and values in a task's `env` that no process can receive. Paths are `env.NAME`. */
export function validateEnv(env: Record<string, string>): FieldError[] {
  const errors: FieldError[] = []
  for (const [name, value] of Object.entries(env)) {
    const path = `env.${name}`
    if (!VALID_NAME.test(name)) {
      errors.push({ path, message: say`A variable name has letters, digits and _, and does not start with a digit.` })
    } else if (RESERVED.has(name)) {
      errors.push({ path, message: say`${name} is set by Rota and cannot be changed.` })
    } else if (typeof value !== 'string') errors.push({ path, message: say`Must be a string.` })
    else if (value.includes('\0')) errors.push({ path, message: say`Contains a NUL byte.` })
  }
  return errors
}

export interface EnvironmentBase {
  baseEnv: Readonly<Record<string, string>>
  homeDir: string
  shell: string
  instanceMark: string
  /** Name of the account that runs it; null where that has none. */
  user: string | null
}

/** A run's variables, those of the task apart. */
export interface Environment {
  /** From the server's configuration and the execution itself: safe for what comes before the task's program. */
  own: Record<string, string>
  task: Record<string, string>
}

/**
 * Builds a run's environment from nothing: the configured base, the account (`HOME`, `LOGNAME`, `USER`), SHELL, the
 * facts of the execution. The task's own variables stand above the base and below Rota's.
 */
export function buildEnvironment(
  base: EnvironmentBase,
  { env, facts }: Pick<Program, 'env' | 'facts'>,
  runMark: string,
): Environment {
  const own = {
    // Otherwise Python's output is seen only when 8 KiB have gathered, and lost on SIGKILL.
    PYTHONUNBUFFERED: '1',
    ...base.baseEnv,
    HOME: base.homeDir,
    SHELL: base.shell,
    ...(base.user ? { LOGNAME: base.user, USER: base.user } : {}),
    ...facts,
    [INSTANCE_MARK]: base.instanceMark,
    [RUN_MARK]: runMark,
  }
  const task = Object.fromEntries(Object.entries(env).filter(([name]) => !RESERVED.has(name)))
  return { own, task }
}

/** A task's positional arguments as a program receives them: strings as they are, everything else as JSON. */
export function toArgv(args: RunRequest['params']['args']): string[] {
  return args.map((arg) => (typeof arg === 'string' ? arg : JSON.stringify(arg)))
}
