import type { Json } from '../json.ts'
import { maskTask } from '../secrets/mask.ts'

type Fields = Readonly<Record<string, Json | undefined>>

/** The fields of a thing that a change is about, as they were and as they are. */
export interface FieldChanges {
  before: { [field: string]: Json }
  after: { [field: string]: Json }
}

/** What differs between two states of a thing, by its outermost fields; one that is missing stands as null. */
export function changesOf(before: Fields, after: Fields): FieldChanges {
  const changes: FieldChanges = { before: {}, after: {} }
  for (const field of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [was = null, is = null] = [before[field], after[field]]
    if (was === is || JSON.stringify(was) === JSON.stringify(is)) continue
    changes.before[field] = was
    changes.after[field] = is
  }
  return changes
}

/** {@link changesOf} two documents of a task. That something secret has changed is told, what it is is not. */
export function taskChanges(before: Fields, after: Fields): FieldChanges {
  const changes = changesOf(before, after)
  return { before: taskFields(changes.before), after: taskFields(changes.after) }
}

/** Fields of a task's document as the audit keeps them: without its secrets. */
export function taskFields(document: Fields): { [field: string]: Json } {
  return maskTask(document as never)
}
