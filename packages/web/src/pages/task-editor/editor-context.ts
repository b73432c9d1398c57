import { createContext, useContext } from 'react'
import type { Task } from '../../api/types.ts'
import type { TaskDocument } from '../../subjects/task/task-document.ts'
import type { FieldFault } from '../../ui/form/faults.ts'

/** What every field of the form reads and writes. */
interface EditorContext {
  document: TaskDocument
  /** The task as it was read; undefined for a new one. */
  task: Task | undefined
  /** Sets one field, by path; undefined, or its default, takes it out of the document. */
  set: (path: string, value: unknown) => void
  /** Lays another document over the whole. */
  replace: (document: TaskDocument) => void
  /** What the server says about a field or anything inside it; nothing while the field is still untouched. */
  faultAt: (path: string) => FieldFault | undefined
  faultsAt: (path: string) => readonly FieldFault[]
}

const Context = createContext<EditorContext | null>(null)
export const EditorProvider = Context.Provider

export function useEditor(): EditorContext {
  const editor = useContext(Context)
  if (editor === null) throw new Error('a field of the task editor stands outside of it')
  return editor
}
