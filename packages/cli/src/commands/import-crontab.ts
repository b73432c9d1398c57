import type { Context } from '../context.ts'
import { defaultZone } from '../document/default-zone.ts'
import { exitCode, usage } from '../exit.ts'
import { carryOut, type Existing } from '../import/carry-out.ts'
import { type LineResult, type PlannedFile, planImport } from '../import/plan.ts'
import { showFile, summaryOf } from '../import/show.ts'
import { homesOfUsers, readSources } from '../import/sources.ts'
import { startProgress } from '../output/progress.ts'

interface Options {
  user?: string
  system?: boolean
  tz?: string
  group?: string
  prefix?: string
  disabled?: boolean
  runAs: boolean
  existing?: Existing
  dryRun?: boolean
  problems?: boolean
}

export async function importCrontab(context: Context, args: string[], options: Options): Promise<number | undefined> {
  if (options.user !== undefined && options.system) {
    throw usage('--user is for a user crontab, --system for one with a user column; not both.')
  }
  const timezone = await defaultZone(context, options.tz)
  const files = planImport(await readSources(context, args), {
    user: options.user,
    format: options.system ? 'system' : options.user === undefined ? 'auto' : 'user',
    timezone,
    homeOf: await homesOfUsers(),
    prefix: options.prefix ?? '',
    group: options.group,
    disabled: options.disabled === true,
    runAs: options.runAs,
  })
  if (!options.dryRun) await make(context, files, options.existing ?? 'skip')
  if (context.flags.json) context.json(reportOf(files, options.dryRun === true))
  else show(context, files, options)
  return codeOf(files)
}

async function make(context: Context, files: readonly PlannedFile[], existing: Existing): Promise<void> {
  if (!files.some(({ lines }) => lines.some(({ task }) => task !== null))) return
  const client = await context.client()
  const progress = startProgress(context, 'Importing')
  try {
    await carryOut(client, files, existing, progress.set)
  } finally {
    progress.end()
  }
}

const SUMMARY: readonly (readonly [LineResult, one: string, many: string])[] = [
  ['imported', 'imported', 'imported'],
  ['replaced', 'replaced', 'replaced'],
  ['renamed', 'imported under another name', 'imported under other names'],
  ['warning', 'with a remark', 'with remarks'],
  ['exists', 'already there', 'already there'],
  ['off', 'commented-out job left out', 'commented-out jobs left out'],
  ['refused', 'refused by the server', 'refused by the server'],
  ['mistake', 'mistake', 'mistakes'],
]

function show(context: Context, files: readonly PlannedFile[], { problems, dryRun }: Options): void {
  for (const [index, file] of files.entries()) {
    if (index > 0 && !problems) context.out('')
    const isWorthIt =
      file.problem !== null || file.lines.some(({ result }) => ['warning', 'mistake', 'refused'].includes(result))
    if (!problems || isWorthIt) showFile(context, file, { problems: problems === true, dryRun: dryRun === true })
  }
  const counts = summaryOf(files)
  const parts = SUMMARY.filter(([result]) => counts[result]).map(([result, one, many]) => {
    return `${counts[result]} ${counts[result] === 1 ? one : many}`
  })
  const unread = files.filter(({ problem }) => problem !== null).length
  if (unread > 0) parts.push(`${unread} ${unread === 1 ? 'file' : 'files'} not read`)
  const verdict = parts.length > 0 ? parts.join(', ') : 'no jobs found'
  context.out(`\n${dryRun ? 'Nothing was saved. It would be: ' : ''}${verdict}.`)
}

function reportOf(files: readonly PlannedFile[], dryRun: boolean): unknown {
  return {
    dry_run: dryRun,
    counts: summaryOf(files),
    files: files.map(({ path, report, problem, lines }) => ({
      file: path,
      is_crontab: report?.isCrontab ?? false,
      problem,
      format: report?.format ?? null,
      format_reason: report?.formatReason ?? null,
      notes: report?.notes ?? [],
      lines: lines.map(({ entry, result, message, task, id }) => ({
        line: entry.line,
        text: entry.text,
        result,
        message,
        column: entry.column ?? null,
        suggestion: entry.suggestion ?? null,
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
