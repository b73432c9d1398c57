import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { say, type TaskInput } from '@rota/core'
import type { Context } from '../context.ts'
import { usage } from '../exit.ts'

/** A task document from a file, and where it stood. */
export interface TaskDocument {
  input: Partial<TaskInput>
  /** `tasks.yaml, document 2` */
  where: string
}

/** Reads tasks from YAML or JSON: one task, a list, `{tasks: […]}`, or several YAML documents. `-` is stdin. */
export async function readTaskFile(context: Context, file: string): Promise<TaskDocument[]> {
  const label = file === '-' ? 'stdin' : file
  const text = file === '-' ? await context.readStdin() : await readFile(resolve(context.cwd, file), 'utf8')
  const values = await parseDocuments(text, label)
  const tasks = values.flatMap((value) => unfold(value))
  if (tasks.length === 0) throw usage(say`${label} holds no task.`)
  return tasks.map((value, index) => {
    const where = tasks.length === 1 ? label : say`${label}, task ${index + 1}`
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw usage(say`${where} is not a task: a task is an object with at least name and type.`)
    }
    return { input: value as Partial<TaskInput>, where }
  })
}

/** YAML documents as plain values. JSON is YAML, too. Throws usage with line and column. */
export async function parseDocuments(text: string, label: string): Promise<unknown[]> {
  const { parseAllDocuments } = await import('yaml')
  const documents = parseAllDocuments(text, { version: '1.2', merge: true })
  const mistakes = (Array.isArray(documents) ? documents : []).flatMap(({ errors }) => errors)
  if (mistakes.length > 0) {
    const lines = mistakes.map(({ message }) => message.split('\n')[0]!.replace(/:$/, ''))
    throw usage(say`${label} is neither YAML nor JSON.`, lines)
  }
  if (!Array.isArray(documents)) return []
  return documents.map((document) => document.toJS({ maxAliasCount: 100 }) as unknown).filter((value) => value !== null)
}

function unfold(value: unknown): unknown[] {
  if (Array.isArray(value)) return value
  const { tasks } = value as { tasks?: unknown }
  return Array.isArray(tasks) ? tasks : [value]
}
