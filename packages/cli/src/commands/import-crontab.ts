import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { type CronFlavour, homesIn, type ImportWishes, label, type StandingTask, say } from '@rota/core'
import { ApiError, UnreachableError } from '@rota/sdk'
import type { Context } from '../context.ts'
import { defaultZone } from '../document/default-zone.ts'
import { CliError, exitCode, usage } from '../exit.ts'
import { carryOut } from '../import/carry-out.ts'
import { earlierTasks } from '../import/compare.ts'
import { type LineResult, type PlannedFile, planFile, readFiles, type TakenNames } from '../import/plan.ts'
import { needsLook, showFile, summaryOf } from '../import/show.ts'
import { readSources } from '../import/sources.ts'
import { figure } from '../output/figure.ts'
import { startProgress } from '../output/progress.ts'

interface Options {
  user?: string
  system?: boolean
  tz?: string
  group?: string
  prefix?: string
  disabled?: boolean
  runAs: boolean
  flavour?: CronFlavour
  existing?: ImportWishes['existing']
  gone?: ImportWishes['gone']
  dryRun?: boolean
  problems?: boolean
}

export async function importCrontab(context: Context, args: string[], options: Options): Promise<number | undefined> {
  if (options.user !== undefined && options.system) {
    throw usage(say`--user is for a user crontab, --system for one with a user column; not both.`)
  }
  const timezone = await defaultZone(context, options.tz)
  const files = readFiles(await readSources(context, args), {
    host: hostname(),
    flavour: options.flavour,
    user: options.user,
    format: options.system ? 'system' : options.user === undefined ? 'auto' : 'user',
    timezone,
    homeOf: homesIn(await readFile('/etc/passwd', 'utf8').catch(() => '')),
  })
  if (options.dryRun) await planIfPossible(context, files, wishesOf(options))
  else await make(context, files, wishesOf(options))
  if (context.flags.json) context.json(reportOf(files, options.dryRun === true))
  else show(context, files, options)
  return codeOf(files)
}

function wishesOf(options: Options): ImportWishes {
  const { prefix, group, existing = 'skip', gone = 'keep', disabled, runAs } = options
  return { prefix, group, existing, gone, keepsUser: runAs, enabled: disabled ? false : undefined }
}

/** A dry run needs no server; with one it says what is new. */
async function planIfPossible(context: Context, files: readonly PlannedFile[], wishes: ImportWishes): Promise<void> {
  const earlier = await earlierIfPossible(context, files)
  const taken: TakenNames = new Map()
  for (const [index, file] of files.entries()) planFile(file, earlier?.[index] ?? null, taken, wishes)
}

async function earlierIfPossible(context: Context, files: readonly PlannedFile[]): Promise<StandingTask[][] | null> {
  try {
    const client = await context.client()
    const earlier: StandingTask[][] = []
    for (const file of files) earlier.push(isCrontab(file) ? await earlierTasks(client, file) : [])
    return earlier
  } catch (error) {
    if (!UnreachableError.is(error) && !ApiError.is(error) && !(error instanceof CliError)) throw error
    context.note(say`Not compared with earlier imports, because no server could be asked.`)
    return null
  }
}

/** Also one without jobs: those that it had have gone. */
function isCrontab({ report }: PlannedFile): boolean {
  return report?.isCrontab === true
}

async function make(context: Context, files: readonly PlannedFile[], wishes: ImportWishes): Promise<void> {
  const taken: TakenNames = new Map()
  if (!files.some(isCrontab)) {
    for (const file of files) planFile(file, null, taken, wishes)
    return
  }
  const client = await context.client()
  const progress = startProgress(context, label('Importing'))
  try {
    for (const file of files) planFile(file, isCrontab(file) ? await earlierTasks(client, file) : [], taken, wishes)
    await carryOut({ client, taken, wishes }, files, progress.set)
  } finally {
    progress.end()
  }
}

const SUMMARY: readonly (readonly [LineResult, (count: number) => string])[] = [
  ['imported', (count) => say`${figure(count)} imported`],
  ['replaced', (count) => say`${figure(count)} replaced`],
  ['renamed', counted('imported under another name', 'imported under other names')],
  ['unchanged', (count) => say`${figure(count)} unchanged`],
  ['changed', counted('changed, left as it is', 'changed, left as they are')],
  ['warning', counted('with a remark', 'with remarks')],
  ['exists', counted('already there', 'already there')],
  ['off', counted('commented-out job left out', 'commented-out jobs left out')],
  ['refused', counted('refused by the server', 'refused by the server')],
  ['mistake', (count) => (count === 1 ? say`1 mistake` : say`${figure(count)} mistakes`)],
]

function counted(one: string, many: string): (count: number) => string {
  return (count) => `${figure(count)} ${label(count === 1 ? one : many)}`
}

const GONE = { keep: 'kept (see --gone)', disable: 'disabled', delete: 'deleted' } as const

function show(
  context: Context,
  files: readonly PlannedFile[],
  { problems, dryRun, gone: way = 'keep' }: Options,
): void {
  for (const [index, file] of files.entries()) {
    if (index > 0 && !problems) context.out('')
    const isWorthIt = file.problem !== null || file.lines.some(needsLook)
    if (!problems || isWorthIt) showFile(context, file, { problems: problems === true, dryRun: dryRun === true })
  }
  const counts = summaryOf(files)
  const parts = SUMMARY.filter(([result]) => counts[result]).map(([result, inWords]) => inWords(counts[result]!))
  const gone = files.reduce((sum, file) => sum + file.gone.length, 0)
  if (gone > 0)
    parts.push(
      `${figure(gone)} ${label(gone === 1 ? 'gone from its file' : 'gone from their files')}, ${label(GONE[way])}`,
    )
  const unread = files.filter(({ problem }) => problem !== null).length
  if (unread > 0) parts.push(`${figure(unread)} ${label(unread === 1 ? 'file not read' : 'files not read')}`)
  const verdict = parts.length > 0 ? parts.join(label(', ')) : label('no jobs found')
  context.out(`\n${dryRun ? say`Nothing was saved. It would be: ${verdict}.` : `${verdict}${label('.')}`}`)
}

function reportOf(files: readonly PlannedFile[], dryRun: boolean): unknown {
  return {
    dry_run: dryRun,
    counts: summaryOf(files),
    files: files.map(({ path, report, problem, lines, gone }) => ({
      file: path,
      is_crontab: report?.isCrontab ?? false,
      problem,
      format: report?.format ?? null,
      format_reason: report?.formatReason ?? null,
      flavour: report?.flavour ?? null,
      notes: report?.notes ?? [],
      gone: gone.map(({ id, name }) => ({ task_id: id, name })),
      lines: lines.map(({ entry, result, message, task, finding, id }) => ({
        line: entry.line,
        text: entry.text,
        result,
        finding,
        message,
        column: entry.column ?? null,
        suggestion: entry.suggestion ?? null,
        notes: entry.notes ?? [],
        task_id: id,
        task,
      })),
    })),
  }
}

/** 0 when all is fine, `usage` when nothing given is a crontab, `partial` when something needs mending. */
function codeOf(files: readonly PlannedFile[]): number {
  const counts = summaryOf(files)
  const unread = files.filter(({ problem }) => problem !== null).length
  if (unread > 0 && unread === files.length) return exitCode('usage')
  const needsMending = unread > 0 || (counts.mistake ?? 0) > 0 || (counts.refused ?? 0) > 0
  return needsMending ? exitCode('partial') : 0
}
