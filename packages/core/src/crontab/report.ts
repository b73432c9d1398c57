import type { ImportedTask } from '../import/imported-task.ts'
import type { MeaningNote } from '../schedule/meaning-notes.ts'
import type { CronFlavour } from './flavour.ts'

/** User crontabs have five time fields and a command; system ones have a user name between them. */
export type CrontabFormat = 'user' | 'system'

export interface CrontabOptions {
  /** `auto` decides by the file's place (`/etc/crontab`, `/etc/cron.d/`, the spool), else by the words on its lines. */
  format: CrontabFormat | 'auto'
  /** File name or path; task names, descriptions and the choice of format use it. */
  source: string
  /** Owner of a user crontab. Without it, a spool file's own name is taken. */
  user?: string
  /** IANA zone of jobs that no `CRON_TZ` applies to. */
  defaultTimezone: string
  /** Home directory of a user, where cron starts commands. Without it `working_dir` is set by `HOME=` lines alone. */
  homeOf?: (user: string) => string | null
  /**
   * Whose crontab it is (`flavour.ts`). By default what place and content can only be, else what any cron reads, with a
   * note on each line that crons read differently.
   */
  flavour?: CronFlavour
  /** What identifies the file to later imports of it; default: `source`. */
  identity?: string
}

/**
 * What became of a line. `task`: imported. `environment`, `comment`, `blank`: understood. `disabled`: a commented-out
 * job, recognised but not imported. `warning`: understood (and imported, when there is a `task`), but a person should
 * look. `error`: not imported.
 */
export type LineOutcome = 'task' | 'environment' | 'comment' | 'blank' | 'disabled' | 'warning' | 'error'

export interface CrontabLine {
  /** 1-based. */
  line: number
  /** The line without its terminator. */
  text: string
  outcome: LineOutcome
  /** What was understood, or what is wrong and how to mend it. */
  message: string
  /** 1-based column of the mistake, where one is known. */
  column?: number
  /** A text that would have been accepted in place of the wrong one. */
  suggestion?: string
  task?: ImportedTask
  /** What of its times may not be meant, though cron and Rota read them alike. */
  notes?: MeaningNote[]
  /** Where cron mailed the job's output (`MAILTO`); empty when it mailed none. Absent: the owner. */
  mailto?: string
}

export interface CrontabReport {
  /** One per line of input, in order. */
  entries: CrontabLine[]
  /** The tasks of all entries, in order. */
  tasks: ImportedTask[]
  counts: Record<LineOutcome, number>
  /** False when the file as a whole is something else; then there are no tasks and `reason` says why. */
  isCrontab: boolean
  reason: string | null
  format: CrontabFormat
  /** Whose crontab it was taken for; null when it could be any cron’s. */
  flavour: CronFlavour | null
  /** Why the file was read in that format. */
  formatReason: string
  /** True when both formats were plausible and `user` was taken. */
  ambiguous: boolean
  /** Things to know about the file as a whole. */
  notes: string[]
}

export function countOutcomes(entries: readonly CrontabLine[]): Record<LineOutcome, number> {
  const counts = { task: 0, environment: 0, comment: 0, blank: 0, disabled: 0, warning: 0, error: 0 }
  for (const entry of entries) counts[entry.outcome]++
  return counts
}
