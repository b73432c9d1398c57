import { useEffect, useMemo, useRef, useState } from 'react'
import { DEFAULTS, isSame, type TaskDocument, tidy, valueAt, withValue } from '../../subjects/task/task-document.ts'
import { dropDraft, readDraft, type StoredDraft, writeDraft } from './stored-draft.ts'
import { rootOf } from './use-faults.ts'

interface DraftStart {
  document: TaskDocument
  version: number | null
}

/** The document being edited, what it began from, and what of it has been worked on. `name` tells drafts apart. */
export function useDraft(name: string, start: DraftStart) {
  const [restored] = useState(() => readDraft(name))
  const [base, setBase] = useState<TaskDocument>(restored?.base ?? start.document)
  const [version, setVersion] = useState(restored?.version ?? start.version)
  const [text, setText] = useState<string | null>(restored?.text ?? null)
  const [restoredAt, setRestoredAt] = useState<number | null>(restored?.at ?? null)
  const edited = useEdited(restored?.document ?? start.document)
  const { document } = edited
  const isDirty = useMemo(() => text !== null || !isSame(tidy(document), tidy(base)), [document, base, text])
  const work = useMemo(
    () => (isDirty ? { document, base, version, text } : null),
    [isDirty, document, base, version, text],
  )
  const kept = useKept(name, work)

  /** Begins anew from another document, as it was read. */
  function restart(next: DraftStart): void {
    setBase(next.document)
    edited.reset(next.document)
    setVersion(next.version)
    setText(null)
    setRestoredAt(null)
  }

  const { touched, set, replace } = edited
  return { document, base, version, text, setText, isDirty, restoredAt, touched, set, replace, restart, ...kept }
}

/** A document with the fields of it that have been worked on, by the first parts of their paths. */
function useEdited(start: TaskDocument) {
  const [document, setDocument] = useState(start)
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set())
  const touch = (paths: readonly string[]) =>
    setTouched((now) => {
      const roots = paths.map(rootOf).filter((root) => !now.has(root))
      return roots.length === 0 ? now : new Set([...now, ...roots])
    })

  function set(path: string, value: unknown): void {
    const usual = valueAt(DEFAULTS, path)
    const isUsual = value === null || value === '' || (usual !== undefined && isSame(value, usual))
    setDocument((now) => withValue(now, path, isUsual ? undefined : value))
    touch([path])
  }

  function replace(next: TaskDocument): void {
    setDocument(next)
    touch(
      Object.keys({ ...document, ...next }).filter((field) => !isSame(valueAt(document, field), valueAt(next, field))),
    )
  }

  return { document, touched, set, replace, reset: setDocument }
}

/** Keeps unsaved work in the tab; null drops it. Once it is saved or given up nothing is kept, whatever is still drawn. */
function useKept(name: string, work: Omit<StoredDraft, 'at'> | null) {
  const isClosed = useRef(false)
  useEffect(() => {
    if (isClosed.current) return
    if (work === null) dropDraft(name)
    else writeDraft(name, { ...work, at: Date.now() })
  }, [name, work])

  function close(): void {
    isClosed.current = true
    dropDraft(name)
  }

  return { isClosed, close }
}
