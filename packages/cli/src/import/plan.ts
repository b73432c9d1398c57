import { type CrontabLine, type CrontabReport, type ImportedTask, readCrontab } from '@rota/core'
import type { Source } from './sources.ts'

/** What became of a line in the end. `refused`: the server would not take its task. */
export type LineResult =
  | 'imported'
  | 'replaced'
  | 'renamed'
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
}

export interface PlanOptions {
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
  const taken = new Set<string>()
  return sources.map(({ path, text, problem }) => {
    if (text === null) return { path, report: null, problem, lines: [] }
    const report = readCrontab(text, {
      format: options.format,
      source: path === 'stdin' ? 'crontab' : path,
      defaultTimezone: options.timezone,
      homeOf: options.homeOf,
      ...(options.user === undefined ? {} : { user: options.user }),
    })
    const lines = report.entries.map((entry) => plannedLine(entry, options, taken))
    return { path, report, problem: report.isCrontab ? null : report.reason, lines }
  })
}

function plannedLine(entry: CrontabLine, options: PlanOptions, taken: Set<string>): PlannedLine {
  const task = entry.task ? adapt(entry.task, options, taken) : null
  return { entry, result: RESULTS[entry.outcome], message: entry.message, task, id: null }
}

function adapt(task: ImportedTask, options: PlanOptions, taken: Set<string>): ImportedTask {
  const { run_as: _user, ...anyone } = task
  const adapted: ImportedTask = {
    ...(options.runAs ? task : anyone),
    name: freeName(options.prefix + task.name, taken),
    group: options.group ?? task.group,
    enabled: task.enabled && !options.disabled,
  }
  taken.add(adapted.name)
  return adapted
}

/** The name itself, or the name with the first free number. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name
  for (let number = 2; ; number++) {
    const numbered = `${name} ${number}`
    if (!taken.has(numbered)) return numbered
  }
}
