import type { RunRequest } from './executor.ts'
import { type ResourceLimits, resourcesOf } from './resource-limits.ts'

/** An argument as it is, or the path at which the host keeps one of the program's files. */
export type Argument = string | { file: string }

/** What an executor decides for a task: which program, with which arguments, files and input. */
export interface Command {
  /** A path, or a name that the host looks up. */
  file: string
  args: readonly Argument[]
  /** Texts by file name, which only the program's user can read and execute. They go with the program. */
  files?: Readonly<Record<string, string>>
  /** What it reads from standard input; absent for nothing. */
  stdin?: string
  /** What it may use; absent for the host's usual limits. */
  limits?: ResourceLimits
}

/** A program as plain data, which a host carries out. Nothing in it belongs to one machine. */
export interface Program extends Required<Omit<Command, 'stdin'>> {
  stdin: string | null
  /** The task's own variables. */
  env: Readonly<Record<string, string>>
  /** Variables that tell of the execution; they stand above the task's. */
  facts: Readonly<Record<string, string>>
  /** Null for the host's usual one. */
  workingDir: string | null
  /** Name of the user that runs it; null for the host's usual one. */
  runAs: string | null
  /** Milliseconds until it is stopped with failure `timeout`; null for none. */
  timeoutMs: number | null
  /** Milliseconds between SIGTERM and SIGKILL. */
  killGraceMs: number
  /** Bytes of its output that are kept. */
  maxLogBytes: number
  /** Encoding of its output as `encodingOf` knows it; null for UTF-8. */
  encoding: string | null
  /** True leaves what it left behind running, once it has ended by itself. */
  detach: boolean
  /** Values that may stand in nothing that is kept of its output. */
  secrets: readonly string[]
  /** What it may use at most, whatever `limits` and the host say. */
  atMost: ResourceLimits
  /** Lists of directories, in one of each of which it must work. */
  workingDirs: readonly (readonly string[])[]
}

const NONE: readonly string[] = []

/** The program of one attempt. */
export function programOf(request: RunRequest, { file, args, files = {}, stdin, limits = {} }: Command): Program {
  return {
    file,
    args,
    files,
    stdin: stdin ?? null,
    env: request.env,
    facts: factsOf(request),
    workingDir: request.workingDir,
    runAs: request.runAs ?? null,
    limits,
    timeoutMs: request.timeoutMs,
    killGraceMs: request.killGraceMs,
    maxLogBytes: request.maxLogBytes,
    encoding: request.encoding ?? null,
    detach: request.detach ?? false,
    secrets: request.secrets ?? NONE,
    atMost: resourcesOf(request.limits ?? null),
    workingDirs: request.workingDirs ?? [],
  }
}

/**
 * What describes an execution to its program: `ROTA_EXECUTION_ID`, `ROTA_TASK_ID`, `ROTA_TASK_NAME`, `ROTA_ATTEMPT`,
 * `ROTA_FENCE`, `ROTA_SCHEDULED_AT` in ISO 8601, `ROTA_ARGS` and `ROTA_KWARGS` as JSON.
 */
function factsOf(request: RunRequest): Record<string, string> {
  return {
    ROTA_EXECUTION_ID: request.executionId,
    ROTA_TASK_ID: request.taskId ?? '',
    ROTA_TASK_NAME: request.taskName ?? '',
    ROTA_ATTEMPT: String(request.attempt),
    ROTA_FENCE: String(request.fence ?? 0),
    ROTA_SCHEDULED_AT: new Date(request.scheduledAt).toISOString(),
    ROTA_ARGS: JSON.stringify(request.params.args),
    ROTA_KWARGS: JSON.stringify(request.params.kwargs),
  }
}
