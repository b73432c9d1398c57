import { useEffect, useMemo, useRef, useState } from 'react'
import { dropDraft, readDraft, writeDraft } from './stored-draft.ts'
import { DEFAULTS, isSame, type TaskDocument, tidy, valueAt, withValue } from './task-document.ts'
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
  const [document, setDocument] = useState<TaskDocument>(restored?.document ?? start.document)
  const [text, setText] = useState<string | null>(restored?.text ?? null)
  const [restoredAt, setRestoredAt] = useState<number | null>(restored?.at ?? null)
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set())
  // Once it is saved or given up, nothing is kept, whatever is still drawn.
  const isClosed = useRef(false)
  const isDirty = useMemo(() => text !== null || !isSame(tidy(document), tidy(base)), [document, base, text])

  useEffect(() => {
    if (isClosed.current) return
    if (isDirty) writeDraft(name, { document, base, version, text, at: Date.now() })
    else dropDraft(name)
  }, [name, document, base, version, text, isDirty])

  function set(path: string, value: unknown): void {
    const usual = valueAt(DEFAULTS, path)
    const isUsual = value === null || value === '' || (usual !== undefined && isSame(value, usual))
    setDocument((now) => withValue(now, path, isUsual ? undefined : value))
    setTouched((now) => (now.has(rootOf(path)) ? now : new Set([...now, rootOf(path)])))
  }

  function replace(next: TaskDocument): void {
    setDocument(next)
    const roots = Object.keys({ ...document, ...next }).filter(
      (field) => !isSame(valueAt(document, field), valueAt(next, field)),
    )
    if (roots.length > 0) setTouched((now) => new Set([...now, ...roots.map(rootOf)]))
  }

  /** Begins anew from another document, as it was read. */
  function restart(next: DraftStart): void {
    setBase(next.document)
    setDocument(next.document)
    setVersion(next.version)
    setText(null)
    setRestoredAt(null)
  }

  function close(): void {
    isClosed.current = true
    dropDraft(name)
  }

  return {
    document,
    base,
    version,
    text,
    setText,
    isDirty,
    restoredAt,
    touched,
    set,
    replace,
    restart,
    close,
    isClosed,
  }
}
