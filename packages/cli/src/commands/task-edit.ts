import { changesBetween, label, say, TASK_POLICIES, type TaskInput } from '@rota/core'
import { ApiError, type Client, type Task } from '@rota/sdk'
import type { Context } from '../context.ts'
import { editText } from '../document/edit-text.ts'
import { integerOf } from '../document/pairs.ts'
import { taskDocument } from '../document/task-document.ts'
import { parseDocuments, readTaskFile } from '../document/task-file.ts'
import { changesFromFlags, type TaskFlags } from '../document/task-flags.ts'
import { CliError, usage } from '../exit.ts'
import { shortInstant } from '../output/instant.ts'
import { oneLine } from '../output/width.ts'
import { fieldLine } from '../report-error.ts'
import { findTask } from '../session/find-task.ts'

interface Options extends TaskFlags {
  file?: string
  ifVersion?: string
}

export async function taskEdit(context: Context, [name]: string[], options: Options): Promise<number | undefined> {
  const fromFlags = await changesFromFlags(context, options)
  const fromFile = options.file === undefined ? {} : await fileChanges(context, options.file)
  const changes = { ...fromFile, ...fromFlags }
  const client = await context.client()
  const task = await findTask(client, name!)
  const version = options.ifVersion === undefined ? task.version : integerOf('--if-version', options.ifVersion, 1)
  if (version !== task.version)
    throw new CliError('conflict', say`${task.name} has version ${task.version}, not ${version}.`)
  if (Object.keys(changes).length > 0) {
    return done(context, await client.tasks.update(task.id, merged(task, changes), { version }))
  }
  if (!context.inIsTty || !context.outIsTty)
    throw usage(say`Say what to change by flags or -f; an editor needs a terminal.`)
  return done(context, await editInEditor(context, client, task))
}

async function fileChanges(context: Context, file: string): Promise<Partial<TaskInput>> {
  const documents = await readTaskFile(context, file)
  if (documents.length !== 1) throw usage(say`${file} holds ${documents.length} tasks; one is wanted.`)
  return documents[0]!.input
}

/** `--set retry.jitter=0.2` and `--env A=1` change one member and leave the others, which the server would replace. */
function merged(task: Task, changes: Partial<TaskInput>): Partial<TaskInput> {
  const result: Record<string, unknown> = { ...changes }
  for (const key of [...TASK_POLICIES, 'env', 'http'] as const) {
    const change = changes[key]
    const old = task[key]
    if (change && old) result[key] = { ...old, ...change }
  }
  return result as Partial<TaskInput>
}

/** Opens the task in the editor, again and again while it has mistakes. Null when nothing was changed. */
async function editInEditor(context: Context, client: Client, task: Task): Promise<Task | null> {
  const { stringify } = await import('yaml')
  const before = await taskDocument(task)
  let text = `${header(task, [])}${stringify(before, { lineWidth: 0 })}`
  while (true) {
    const edited = await editText(context, text, `${task.name}.yaml`)
    const body = edited.text.replace(/^#>.*\n/gm, '')
    if (edited.isUnchanged || body.trim() === '') {
      await edited.discard()
      return null
    }
    let problems: string[]
    try {
      const [after] = await parseDocuments(body, label('The text'))
      const changes = changesBetween(before, (after ?? {}) as Partial<TaskInput>)
      const saved =
        Object.keys(changes).length === 0
          ? null
          : await client.tasks.update(task.id, changes, { version: task.version })
      await edited.discard()
      return saved
    } catch (error) {
      problems = mendable(error)
      if (problems.length === 0) {
        context.err(say`Your text is kept in ${edited.file}.`)
        throw error
      }
    }
    await edited.discard()
    text = header(task, problems) + body
  }
}

/** What a person can mend in the editor; empty for everything else. */
function mendable(error: unknown): string[] {
  if (ApiError.is(error) && error.status === 422)
    return error.errors.length > 0 ? error.errors.map(fieldLine) : [error.detail]
  if (error instanceof CliError) return [error.message, ...error.lines]
  return []
}

function header(task: Task, problems: readonly string[]): string {
  const usual = [say`${task.name}, version ${task.version}. Save and leave to change it; leave unchanged to give up.`]
  const wrong = problems.length > 0 ? [say`It could not be saved:`, ...problems.map((each) => `  ${each}`)] : []
  return `${[...wrong, ...usual].map((line) => `#> ${oneLine(line)}`).join('\n')}\n`
}

function done(context: Context, task: Task | null): undefined {
  if (context.flags.json) context.json(task)
  else if (task === null) context.say(say`Nothing was changed.`)
  else {
    const next = task.next_run
      ? `${label(', ')}${say`next run ${shortInstant(task.next_run, context.now, context.zone)}`}`
      : ''
    context.say(`${context.paint('green', '✔')} ${say`${oneLine(task.name)} changed, version ${task.version}`}${next}`)
  }
}
