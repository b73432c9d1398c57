import { isSame, type TaskDocument } from '../../subjects/task/task-document.ts'
import { rootOf } from './use-faults.ts'

/** A field that both changed, or only they did. */
interface ConflictField {
  field: string
  was: unknown
  theirs: unknown
  yours: unknown
  /** Both changed it, each in another way: somebody must choose. */
  isContested: boolean
}

export type Choice = 'theirs' | 'yours'

/** What somebody else changed since `base`, beside what is changed here. */
export function conflictOf(base: TaskDocument, theirs: TaskDocument, yours: TaskDocument): ConflictField[] {
  const fields = new Set([base, theirs].flatMap((document) => Object.keys(document).map(rootOf)))
  return [...fields].flatMap((field) => {
    const [was, their, your] = [base, theirs, yours].map((document) => part(document, field))
    if (isSame(was, their)) return []
    const isContested = !isSame(was, your) && !isSame(their, your)
    return [{ field, was: value(was), theirs: value(their), yours: value(your), isContested }]
  })
}

/** Their document with the changes made here laid over it; contested fields as chosen, yours where nothing is said. */
export function mergeOf(
  documents: { base: TaskDocument; theirs: TaskDocument; yours: TaskDocument },
  choices: Readonly<Record<string, Choice>>,
): TaskDocument {
  const { base, theirs, yours } = documents
  let merged: Record<string, unknown> = { ...theirs }
  for (const field of new Set([base, yours].flatMap((document) => Object.keys(document).map(rootOf)))) {
    if (isSame(part(base, field), part(yours, field)) || choices[field] === 'theirs') continue
    merged = {
      ...Object.fromEntries(Object.entries(merged).filter(([key]) => rootOf(key) !== field)),
      ...part(yours, field),
    }
  }
  return merged as TaskDocument
}

/** All of a document that belongs to a field: `schedule` and `schedules` are one. */
function part(document: TaskDocument, field: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(document).filter(([key]) => rootOf(key) === field))
}

function value(members: Record<string, unknown> | undefined): unknown {
  const values = Object.values(members ?? {})
  return values.length > 1 ? values : values[0]
}
