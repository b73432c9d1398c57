import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Clock, invalid, say, systemClock } from '@rota/core'
import { DEFAULT_BASE_ENV } from './environment.ts'
import type { Executor } from './executor.ts'
import type { HandlerRegistry } from './handler-registry.ts'
import { type CompiledHttpOptions, compileHttpOptions, type HttpOptions } from './http-options.ts'
import { checkOptionNames } from './option-names.ts'
import { checkLimits, type ResourceLimits } from './resource-limits.ts'

/** What {@link createExecutors} can be told. Everything has a default. */
export interface ExecutorOptions {
  /** Default: the machine's clock. */
  clock?: Clock
  /** The shell of `shell` tasks; called as `SHELL -c COMMAND`. Default `/bin/sh`. */
  shell?: string
  /** The interpreter of `python` tasks, a path or a name on the PATH of `baseEnv`. Default `python3`. */
  python?: string
  /** Variables every program gets, instead of {@link DEFAULT_BASE_ENV}. */
  baseEnv?: Record<string, string>
  /** Where scripts of the server's own user are written while they run, made with mode 0700. Default: `rota-UID` in the system's directory. */
  tempDir?: string
  /** HOME and the default working directory of programs. Default: the home of the account that runs them. */
  homeDir?: string
  /** Marks all processes of this instance, so that {@link reapOrphans} finds them after a crash. Default: random. */
  instanceMark?: string
  /** User and group that programs run as; needs the right to change user (root). Default: the server's own. */
  runAs?: { uid: number; gid: number }
  /** Users that a task may name in `run_as`. Default: any, or none where `runAs` is set. */
  allowedUsers?: string[]
  /** Directories a task's `working_dir` must be in. Default: any. */
  allowedWorkingDirs?: string[]
  /** Interpreters of `script` tasks, by name or path, exactly as written. Default: any. */
  allowedInterpreters?: string[]
  /** Limits of every attempt; a request's own `limits` replace them one by one. Default: none. */
  limits?: ResourceLimits
  /**
   * Directory of the version 2 hierarchy below which attempts get their cgroups. It must be delegated to the server; what
   * lives in it itself, such as the server, is moved to `server` below it. Default: below the server's own.
   */
  cgroupRoot?: string
  /** `group` does without cgroups. Default `auto`: a cgroup per attempt wherever one can be made. */
  containment?: 'auto' | 'group'
  /** Functions for `handler` tasks, called on this thread. Default: none. */
  handlers?: HandlerRegistry
  /** Runs `handler` tasks instead of `handlers`, e.g. a handler pool. */
  handlerExecutor?: Executor
  /** Longest command or source in bytes. Default 1 MiB. */
  maxCommandBytes?: number
  /** Largest result in bytes of JSON. Default 64 KiB. */
  maxResultBytes?: number
  /** What `http` tasks may reach, and how much they may take. */
  http?: HttpOptions
}

/** Options with every default filled in. */
export interface CompiledOptions {
  readonly clock: Clock
  readonly shell: string
  readonly python: string
  readonly baseEnv: Readonly<Record<string, string>>
  readonly tempDir: string
  readonly isTempDirGiven: boolean
  /** Null for that of the account. */
  readonly homeDir: string | null
  readonly instanceMark: string
  readonly runAs: { uid: number; gid: number } | null
  readonly allowedUsers: readonly string[] | null
  readonly allowedWorkingDirs: readonly string[] | null
  readonly allowedInterpreters: readonly string[] | null
  readonly limits: ResourceLimits
  readonly cgroupRoot: string | null
  readonly containment: 'auto' | 'group'
  readonly maxCommandBytes: number
  readonly maxResultBytes: number
  readonly http: CompiledHttpOptions
}

const KNOWN: Record<keyof ExecutorOptions, true> = {
  clock: true,
  shell: true,
  python: true,
  baseEnv: true,
  tempDir: true,
  homeDir: true,
  instanceMark: true,
  runAs: true,
  allowedUsers: true,
  allowedWorkingDirs: true,
  allowedInterpreters: true,
  limits: true,
  containment: true,
  cgroupRoot: true,
  handlers: true,
  handlerExecutor: true,
  maxCommandBytes: true,
  maxResultBytes: true,
  http: true,
}

/** Fills in defaults. Throws RotaError `invalid` for options that do not exist or have impossible values. */
export function compileOptions(options: ExecutorOptions): CompiledOptions {
  const errors = checkOptionNames('', options, KNOWN)
  const { limits = {}, maxCommandBytes = 1_048_576, maxResultBytes = 65_536 } = options
  errors.push(...checkLimits('limits', limits))
  for (const [path, value] of Object.entries({ maxCommandBytes, maxResultBytes })) {
    if (!Number.isInteger(value) || value < 1) errors.push({ path, message: say`Must be a whole number above 0.` })
  }
  if (options.instanceMark !== undefined && !/^[\w.:-]{8,200}$/.test(options.instanceMark)) {
    errors.push({ path: 'instanceMark', message: say`Must have 8 to 200 letters, digits, or any of _ . : -` })
  }
  const http = compileHttpOptions(options.http ?? {}, errors)
  if (errors.length > 0) throw invalid(errors)
  const tempDir = options.tempDir ?? join(tmpdir(), `rota-${process.getuid?.() ?? 'user'}`)
  return Object.freeze({
    clock: options.clock ?? systemClock,
    shell: options.shell ?? '/bin/sh',
    python: options.python ?? 'python3',
    baseEnv: Object.freeze({ ...(options.baseEnv ?? DEFAULT_BASE_ENV) }),
    tempDir,
    isTempDirGiven: options.tempDir !== undefined,
    homeDir: options.homeDir ?? null,
    instanceMark: options.instanceMark ?? randomBytes(16).toString('hex'),
    runAs: options.runAs ?? null,
    allowedUsers: options.allowedUsers ?? null,
    allowedWorkingDirs: options.allowedWorkingDirs ?? null,
    allowedInterpreters: options.allowedInterpreters ?? null,
    limits,
    cgroupRoot: options.cgroupRoot ?? null,
    containment: options.containment ?? 'auto',
    maxCommandBytes,
    maxResultBytes,
    http,
  })
}
