import { hash32 } from '../schedule/hash.ts'
import type { TaskInput } from '../task.ts'

/** What tasks can be imported from. */
export type ImportKind = 'crontab'
const KINDS: readonly ImportKind[] = ['crontab']

/** What a later import of the same file knows a task by. */
export interface Identity {
  /** The file: its path, with the machine before it where several are imported. */
  source: string
  /** The job, whenever it is due: its name or command, and its user. */
  key: string
  /** All that the line and the settings above it make of the task. */
  content: string
}

type Imported = Omit<TaskInput, 'name' | 'origin'>

/** The identity of an imported job, as the field `origin` keeps it. */
export function originOf(kind: ImportKind, source: string, name: string | null, task: Imported): string {
  return `${originPrefix(kind, source)}${keyOf(name, task)}.${contentOf(task)}`
}

/** Begins the origin of every task that was made of the file `source`. */
export function originPrefix(kind: ImportKind, source: string): string {
  return `${kind}:${source}#`
}

/** Takes an origin apart; null for tasks that nothing was imported for. */
export function identityIn(origin: string | null | undefined): Identity | null {
  const kind = KINDS.find((one) => origin?.startsWith(`${one}:`))
  if (kind === undefined || !origin) return null
  const hash = origin.lastIndexOf('#')
  const [key, content] = origin.slice(hash + 1).split('.')
  if (hash === -1 || !key || !content) return null
  return { source: origin.slice(kind.length + 1, hash), key, content }
}

/** A job keeps its key when its time or its surroundings change. */
export function keyOf(name: string | null, task: Pick<Imported, 'run_as' | 'command' | 'source'>): string {
  const { run_as = null, command, source } = task
  return digest(JSON.stringify([run_as ?? null, name ?? command ?? source ?? '']))
}

function contentOf(task: Imported): string {
  const { description: _d, tags: _t, group: _g, enabled: _e, ...content } = task
  return digest(JSON.stringify(content))
}

/** 64 bits: more than enough for the lines of one file. */
function digest(text: string): string {
  const half = (salt: string) =>
    hash32(salt + text)
      .toString(16)
      .padStart(8, '0')
  return half('') + half('\u0001')
}
