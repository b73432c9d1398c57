import {
  type CronFlavour,
  type CrontabLine,
  type CrontabReport,
  distinctName,
  type Finding,
  type ImportedTask,
  readCrontab,
} from '@rota/core'
import type { Task } from '@rota/sdk'
import type { Source } from './sources.ts'

/** What became of a line in the end. `refused`: the server would not take its task. */
export type LineResult =
  | 'imported'
  | 'replaced'
  | 'renamed'
  | 'unchanged'
  | 'changed'
  | 'exists'
  | 'refused'
  | 'warning'
  | 'mistake'
  | 'setting'
  | 'off'
  | 'comment'
  | 'blank'

export interface PlannedLine {
  entry: CrontabLine
  result: LineResult
  message: string
  task: ImportedTask | null
  /** What the job is beside earlier imports; null where that is not known, or for a line that is no job. */
  finding: Finding | null
  /** The task that an earlier import has made of it. */
  earlier: Task | null
  /** Id of the task on the server, once there is one. */
  id: string | null
}

/** A file with its lines, to be carried out and then reported. */
export interface PlannedFile {
  path: string
  /** Null when the file could not be read. */
  report: CrontabReport | null
  problem: string | null
  lines: PlannedLine[]
  /** What later imports know the file by. */
  identity: string
  /** Tasks of earlier imports whose jobs are in the file no more. */
  gone: Task[]
}

export interface PlanOptions {
  /** This machine: files of the same path on others are other files. */
  host: string
  flavour: CronFlavour | undefined
  user: string | undefined
  format: 'auto' | 'user' | 'system'
  timezone: string
  homeOf: (user: string) => string | null
  prefix: string
  group: string | undefined
  disabled: boolean
  runAs: boolean
}

const RESULTS = {
  task: 'imported',
  environment: 'setting',
  comment: 'comment',
  blank: 'blank',
  disabled: 'off',
  warning: 'warning',
  error: 'mistake',
} as const

/** Reads every file and says what each line will become. Task names are made unique over all files. */
export function planImport(sources: readonly Source[], options: PlanOptions): PlannedFile[] {
  const taken = new Map<string, string | null>()
  return sources.map(({ path, text, problem }) => {
    const identity = identityOf(path, options)
    if (text === null) return { path, report: null, problem, lines: [], identity, gone: [] }
    const report = readCrontab(text, {
      format: options.format,
      source: path === 'stdin' ? 'crontab' : path,
      identity,
      defaultTimezone: options.timezone,
      homeOf: options.homeOf,
      ...(options.flavour === undefined ? {} : { flavour: options.flavour }),
      ...(options.user === undefined ? {} : { user: options.user }),
    })
    const lines = report.entries.map((entry) => plannedLine(entry, path, options, taken))
    return { path, report, problem: report.isCrontab ? null : report.reason, lines, identity, gone: [] }
  })
}

function identityOf(path: string, { host, user }: PlanOptions): string {
  if (path !== 'stdin') return `${host}:${path}`
  return user === undefined ? `${host}:stdin` : `${host}:user ${user}`
}

type Taken = Map<string, string | null>

function plannedLine(entry: CrontabLine, path: string, options: PlanOptions, taken: Taken): PlannedLine {
  const task = entry.task ? adapt(entry.task, path, options, taken) : null
  const result = RESULTS[entry.outcome]
  return { entry, result, message: entry.message, task, finding: null, earlier: null, id: null }
}

function adapt(task: ImportedTask, path: string, options: PlanOptions, taken: Taken): ImportedTask {
  const { run_as: _user, ...anyone } = task
  const adapted: ImportedTask = {
    ...(options.runAs ? task : anyone),
    name: distinctName(options.prefix + task.name, path, taken),
    group: options.group ?? task.group,
    enabled: task.enabled && !options.disabled,
  }
  taken.set(adapted.name, path)
  return adapted
}
