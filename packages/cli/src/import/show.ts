import { didYouMean, label, say } from '@rota/core'
import type { Context } from '../context.ts'
import { state } from '../output/paint.ts'
import { pad, textWidth } from '../output/width.ts'
import { wrap } from '../output/wrap.ts'
import type { LineResult, PlannedFile, PlannedLine } from './plan.ts'

/** Lines that say nothing by themselves; runs of them are told in one row. */
const QUIET: ReadonlySet<LineResult> = new Set(['comment', 'blank'])
/** Lines that a person should look at. */
const LOOK: ReadonlySet<LineResult> = new Set(['warning', 'mistake', 'refused', 'changed'])
const NUMBER_WIDTH = 5
const WORD_WIDTH = 10

export interface ShowOptions {
  problems?: boolean
  /** Nothing has been imported yet, so no line says so. */
  dryRun?: boolean
}

/** Prints what became of each line of a file; with `problems` of those that need a look. */
export function showFile(context: Context, file: PlannedFile, { problems, dryRun }: ShowOptions): void {
  const { paint } = context
  const { report } = file
  const format = report?.isCrontab
    ? paint('gray', `  ${say`${report.format ?? ''} format, ${report.formatReason ?? ''}`}`)
    : ''
  context.out(`${paint('bold', file.path)}${format}`)
  if (file.problem !== null) context.out(`  ${state(paint, 'mistake')}  ${file.problem}`)
  else if (report?.ambiguous)
    context.out(`  ${paint('yellow', '!')} ${say`It could be either format; --system or --user NAME settles it.`}`)
  if (report?.isCrontab === false) return
  for (const note of report?.notes ?? []) context.out(`  ${paint('yellow', '!')} ${note}`)
  for (const group of grouped(file.lines)) {
    if (!problems || needsLook(group[0]!)) showLines(context, group, dryRun)
  }
  for (const task of file.gone) {
    context.out(
      `${' '.repeat(NUMBER_WIDTH + 2)}${state(paint, 'gone')}  ${paint('bold', task.name)}${label(': ')}${say`its job is in the file no more.`}`,
    )
  }
}

/** Whether a person should look at the line: what came of it, or what its times may not mean. */
export function needsLook({ result, entry }: PlannedLine): boolean {
  return LOOK.has(result) || entry.notes !== undefined
}

/** Neighbouring comments, and neighbouring blank lines, together; every other line alone. */
function grouped(lines: readonly PlannedLine[]): PlannedLine[][] {
  const groups: PlannedLine[][] = []
  for (const line of lines) {
    const last = groups.at(-1)
    if (last && QUIET.has(line.result) && last[0]!.result === line.result) last.push(line)
    else groups.push([line])
  }
  return groups
}

function showLines(context: Context, lines: readonly PlannedLine[], dryRun = false): void {
  const { paint } = context
  const first = lines[0]!
  const number = lines.length > 1 ? `${first.entry.line}–${lines.at(-1)!.entry.line}` : String(first.entry.line)
  const word = state(paint, dryRun && first.result === 'imported' ? 'ok' : first.result)
  const indent = NUMBER_WIDTH + 2 + WORD_WIDTH + 2
  const head = `${pad(number, NUMBER_WIDTH, 'right')}  ${word}${' '.repeat(Math.max(0, WORD_WIDTH - textWidth(word)))}  `
  const text = QUIET.has(first.result) ? '' : messageOf(context, first)
  context.out((head + wrap(text, indent, context.width)).trimEnd())
  if (first.result === 'mistake') showPlace(context, first, indent)
  for (const { [context.lang]: note } of first.entry.notes ?? []) {
    context.out(`${' '.repeat(indent)}${paint('yellow', '!')} ${wrap(note, indent + 2, context.width)}`)
  }
}

function messageOf({ paint }: Context, { task, message, entry, finding }: PlannedLine): string {
  const name = task ? `${paint('bold', task.name)}${label(': ')}` : ''
  const found = finding === null || finding === 'added' ? '' : ` (${label(finding)})`
  const isSaid = entry.suggestion !== undefined && message.endsWith(entry.suggestion)
  return name + didYouMean(message + found, isSaid ? undefined : entry.suggestion)
}

/** The line itself, with a mark below the mistake. */
function showPlace({ out, paint, width }: Context, { entry }: PlannedLine, indent: number): void {
  const room = (width ?? 160) - indent
  const text = entry.text.replaceAll('\t', ' ')
  const at = (entry.column ?? 1) - 1
  const start = Math.max(0, Math.min(at - Math.floor(room / 2), text.length - room))
  out(' '.repeat(indent) + paint('gray', text.slice(start, start + room)))
  if (entry.column !== undefined) out(`${' '.repeat(indent + textWidth(text.slice(start, at)))}${paint('red', '^')}`)
}

/** `12 imported, 2 mistakes` over all files. */
export function summaryOf(files: readonly PlannedFile[]): Partial<Record<LineResult, number>> {
  const counts: Partial<Record<LineResult, number>> = {}
  for (const { lines, problem } of files)
    if (problem === null) for (const { result } of lines) counts[result] = (counts[result] ?? 0) + 1
  return counts
}
