import { label, say, type TaskInput } from '@rota/core'
import type { Client, Preview, Task } from '@rota/sdk'
import type { Context } from '../context.ts'
import { readTaskFile, type TaskDocument } from '../document/task-file.ts'
import { changesFromFlags, type TaskFlags } from '../document/task-flags.ts'
import { exitCode, usage } from '../exit.ts'
import { figure } from '../output/figure.ts'
import { shortInstant } from '../output/instant.ts'
import { oneLine } from '../output/width.ts'
import { fieldLine, reportError } from '../report-error.ts'

interface Options extends TaskFlags {
  file?: string
  dryRun?: boolean
  idempotencyKey?: string
}

export async function taskCreate(context: Context, [name]: string[], options: Options): Promise<number | undefined> {
  const documents = await documentsOf(context, name, options)
  const client = await context.client()
  if (options.dryRun) return checkAll(context, client, documents)
  const [only] = documents
  if (documents.length === 1) {
    const task = await client.tasks.create(only!.input as TaskInput, { idempotencyKey: options.idempotencyKey })
    if (context.flags.json) context.json(task)
    else context.say(madeLine(context, task))
    return
  }
  return createAll(context, client, documents)
}

async function documentsOf(context: Context, name: string | undefined, options: Options): Promise<TaskDocument[]> {
  if (name !== undefined && options.name !== undefined && name !== options.name) {
    throw usage(say`The name is given twice, as an argument and by --name, and differently.`)
  }
  const changes = await changesFromFlags(context, { ...options, ...(name === undefined ? {} : { name }) })
  if (options.file === undefined) {
    if (changes.name === undefined) throw usage(say`A task needs a name: rota task create NAME …, or -f FILE.`)
    if (changes.type === undefined) {
      throw usage(say`Say what to run: --shell, --python, --script, --http or --handler.`)
    }
    return [{ input: changes, where: changes.name }]
  }
  const documents = await readTaskFile(context, options.file)
  if (changes.name !== undefined && documents.length > 1)
    throw usage(say`One name cannot be given to several tasks of a file.`)
  return documents.map(({ input, where }) => ({ input: { ...input, ...changes }, where }))
}

function madeLine({ paint, now, zone }: Context, task: Task): string {
  const next = task.next_run ? `${label(', ')}${say`next run ${shortInstant(task.next_run, now, zone)}`}` : ''
  const rule = task.schedule ? `${label(', ')}${task.schedule}` : ''
  const state = task.status === 'active' ? '' : `${label(', ')}${label(task.status)}`
  return `${paint('green', '✔')} ${oneLine(task.name)} ${label('made')}${rule}${state}${next}  ${paint('gray', task.id)}`
}

/** Several tasks of a file: each stands for itself, and mistakes do not stop the others. */
async function createAll(context: Context, client: Client, documents: readonly TaskDocument[]): Promise<number> {
  const made: Task[] = []
  let failed = 0
  for (const { input, where } of documents) {
    try {
      const task = await client.tasks.create(input as TaskInput)
      made.push(task)
      if (!context.flags.json) context.say(madeLine(context, task))
    } catch (error) {
      if (context.signal.aborted) throw error
      failed++
      context.err(`${where}${input.name ? ` (${oneLine(String(input.name))})` : ''}:`)
      const code = reportError(error, context)
      if (code === exitCode('unreachable') || code === exitCode('auth')) throw error
    }
  }
  if (context.flags.json) context.json({ tasks: made, failed })
  else context.say(outcome(made.length, failed))
  if (failed === 0) return 0
  return exitCode(made.length > 0 ? 'partial' : 'usage')
}

function outcome(made: number, refused: number): string {
  if (refused > 0) return say`${figure(made)} made, ${figure(refused)} refused.`
  return made === 1 ? say`1 task made.` : say`${figure(made)} tasks made.`
}

/** Says of each document whether it could be saved and when it would run. */
async function checkAll(context: Context, client: Client, documents: readonly TaskDocument[]): Promise<number> {
  let wrong = 0
  const results = []
  for (const { input, where } of documents) {
    const errors = await client.tasks.validate(input as TaskInput)
    const { next, jittered } = errors.length === 0 ? await preview(client, input) : NOTHING_DUE
    results.push({ where, name: input.name ?? null, valid: errors.length === 0, errors, next, jittered })
    if (errors.length > 0) wrong++
    if (context.flags.json) continue
    const sign = errors.length > 0 ? context.paint('red', '✖') : context.paint('green', '✔')
    context.out(`${sign} ${where} ${errors.length > 0 ? label('cannot be saved:') : label('can be saved.')}`)
    for (const error of errors) context.out(`    ${fieldLine(error)}`)
    for (const [i, at] of next.entries()) context.out(`    ${startText(context, at, jittered?.[i] ?? at)}`)
  }
  if (context.flags.json) context.json(results)
  return wrong > 0 ? exitCode('usage') : 0
}

/** When an occurrence starts, and when it is due where jitter lies between. */
function startText({ now, zone }: Context, dueAt: string, startAt: string): string {
  const start = shortInstant(startAt, now, zone)
  return startAt === dueAt ? start : `${start}  ${say`${shortInstant(dueAt, now, zone)} (without jitter)`}`
}

type Coming = Pick<Preview, 'next' | 'jittered'>

const NOTHING_DUE: Coming = { next: [], jittered: [] }

async function preview(
  client: Client,
  { name, schedule, timezone, dst, hash_key, jitter_seconds }: Partial<TaskInput>,
): Promise<Coming> {
  if (schedule === undefined || (typeof schedule === 'object' && ['none', 'dependency'].includes(schedule.type)))
    return NOTHING_DUE
  const key = hash_key ?? name
  return client.schedules.preview({ schedule, timezone, dst, jitter_seconds, count: 3, ...(key ? { key } : {}) })
}
