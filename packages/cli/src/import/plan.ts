import {
  type CronFlavour,
  type CrontabLine,
  type CrontabReport,
  type Finding,
  type ImportedTask,
  type ImportStep,
  type ImportWishes,
  planImport,
  readCrontab,
  type StandingTask,
} from '@rota/core'
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
  /** What is to be done on the server; null for a line that is no job. */
  step: ImportStep | null
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
  gone: StandingTask[]
}

/** How files are read. */
export interface ReadOptions {
  /** This machine: files of the same path on others are other files. */
  host: string
  flavour: CronFlavour | undefined
  user: string | undefined
  format: 'auto' | 'user' | 'system'
  timezone: string
  homeOf: (user: string) => string | null
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

/** Reads every file; what its lines become is still to be planned. */
export function readFiles(sources: readonly Source[], options: ReadOptions): PlannedFile[] {
  return sources.map(({ path, text, problem }) => {
    const identity = identityOf(path, options)
    if (text === null) return { path, report: null, problem, lines: [], identity, gone: [] }
    const report = readCrontab(text, {
      format: options.format,
      source: sourceOf(path),
      identity,
      defaultTimezone: options.timezone,
      homeOf: options.homeOf,
      ...(options.flavour === undefined ? {} : { flavour: options.flavour }),
      ...(options.user === undefined ? {} : { user: options.user }),
    })
    return { path, report, problem: report.isCrontab ? null : report.reason, lines: [], identity, gone: [] }
  })
}

/** How tasks speak of their file. */
export function sourceOf(path: string): string {
  return path === 'stdin' ? 'crontab' : path
}

function identityOf(path: string, { host, user }: ReadOptions): string {
  if (path !== 'stdin') return `${host}:${path}`
  return user === undefined ? `${host}:stdin` : `${host}:user ${user}`
}

/** Names that are taken, each with the file that it comes from. Names are made unique over all files. */
export type TakenNames = Map<string, string | null>

/** Says what each line of a file becomes beside what earlier imports have made; null where nobody could be asked. */
export function planFile(
  file: PlannedFile,
  earlier: readonly StandingTask[] | null,
  taken: TakenNames,
  wishes: ImportWishes,
): void {
  if (file.report === null) return
  const plan = planImport(
    { entries: file.report.entries, isReadable: file.report.isCrontab },
    { source: file.path, earlier: earlier ?? [], taken },
    wishes,
  )
  file.gone = plan.gone
  file.lines = plan.entries.map(({ entry, task, finding, there, step }) => ({
    entry,
    result: RESULTS[entry.outcome],
    message: entry.message,
    task,
    finding: earlier === null ? null : finding,
    step,
    id: there?.id ?? null,
  }))
}
