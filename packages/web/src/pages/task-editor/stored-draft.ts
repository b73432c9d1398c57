import type { TaskDocument } from '../../subjects/task/task-document.ts'

/** Unsaved work, kept by the tab: it survives a reload and the end of a session. */
export interface StoredDraft {
  document: TaskDocument
  /** The document it began from, and that one's version; null for a new task. */
  base: TaskDocument
  version: number | null
  /** YAML as it was typed, while it cannot be read as a task. */
  text: string | null
  /** Epoch ms. */
  at: number
}

const PREFIX = 'rota.draft.task.'

export function readDraft(name: string): StoredDraft | null {
  try {
    return JSON.parse(sessionStorage.getItem(PREFIX + name) ?? 'null') as StoredDraft | null
  } catch {
    return null
  }
}

export function writeDraft(name: string, draft: StoredDraft): void {
  try {
    sessionStorage.setItem(PREFIX + name, JSON.stringify(draft))
  } catch {
    // Storage is full or switched off: the work is on screen all the same.
  }
}

export function dropDraft(name: string): void {
  sessionStorage.removeItem(PREFIX + name)
}
