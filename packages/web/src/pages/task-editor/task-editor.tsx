import { Skeleton } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { type FormEvent, lazy, type ReactNode, Suspense, useMemo, useState } from 'react'
import type { Task } from '../../api/types.ts'
import { usePreviews } from '../../schedule-builder/use-previews.ts'
import { documentOf, type TaskDocument } from '../../subjects/task/task-document.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { ConflictDialog } from './conflict-dialog.tsx'
import { EditorProvider } from './editor-context.ts'
import { EditorForm } from './editor-form.tsx'
import { EditorHeader, RestoredNotice } from './editor-header.tsx'
import { EditorSide } from './editor-side.tsx'
import { LeaveGuard } from './leave-guard.tsx'
import { planOf } from './plan-of.ts'
import { faultySections } from './section-summary.ts'
import classes from './task-editor.module.css'
import { useDraft } from './use-draft.ts'
import { useFaults } from './use-faults.ts'
import { useSaving } from './use-saving.ts'

const YamlView = lazy(() => import('./yaml-view.tsx'))

interface TaskEditorProps {
  title: string
  /** The task that is changed; undefined makes a new one. */
  task?: Task
  /** What a new one begins from. */
  start: TaskDocument
  /** Tells drafts apart. */
  draftName: string
  isYaml: boolean
  onYaml: (isYaml: boolean) => void
  onCancel: () => void
  onSaved: (task: Task) => void
  /** The folded section that is open at first. */
  section?: string
  /** Above the form of a new task: examples. */
  above?: ReactNode
}

/** One form for every task, and the same task as YAML. */
export function TaskEditor(props: TaskEditorProps) {
  const { title, task, start, draftName, isYaml, onYaml, onCancel, onSaved, above, section } = props
  const begin = { document: start, version: task?.version ?? null }
  const draft = useDraft(draftName, begin)
  const { document } = draft
  const [isSubmitted, setSubmitted] = useState(false)
  const [open, setOpen] = useState<string[]>(section === undefined ? [] : [section])
  const faults = useFaults(document, {
    taskId: task?.id,
    // What exists was valid once, and YAML is seen as a whole: there, every fault is news.
    touched: task || isSubmitted || isYaml ? null : draft.touched,
  })
  const saving = useSaving(task?.id, (saved) => {
    draft.close()
    onSaved(saved)
  })
  const plan = useMemo(() => planOf(document, task), [document, task])
  const basePlan = useMemo(() => planOf(draft.base, task), [draft.base, task])
  const previews = usePreviews(plan)

  function save(event?: FormEvent): void {
    event?.preventDefault()
    setSubmitted(true)
    if (draft.text !== null) return
    if (!faults.isChecking && faults.all.length > 0) {
      // The folded sections with a fault open, so that it can be seen.
      setOpen((now) => [...new Set([...now, ...faultySections(faults.all)])])
      return
    }
    void saving.save(document, draft.version)
  }

  // Also inside fields and the code editor.
  useHotkeys([['mod+S', () => save()]], [], true)

  return (
    <EditorProvider
      value={{
        document,
        task,
        set: draft.set,
        replace: draft.replace,
        faultAt: faults.faultAt,
        faultsAt: (path) => (path === '' ? faults.shown : faults.faultsAt(path)),
      }}
    >
      <form noValidate onSubmit={save}>
        <EditorHeader
          title={title}
          isYaml={isYaml}
          isYamlOnly={draft.text !== null}
          onYaml={onYaml}
          onCancel={onCancel}
          isBusy={saving.isBusy}
          canSave={draft.text === null && (task === undefined || draft.isDirty)}
        />
        {draft.restoredAt !== null && <RestoredNotice at={draft.restoredAt} onDiscard={() => draft.restart(begin)} />}
        {saving.error !== null && <ProblemNotice error={saving.error} />}
        <div className={classes.columns}>
          <div className={classes.main}>
            {isYaml ? (
              <Suspense fallback={<Skeleton height={500} />}>
                <YamlView text={draft.text} onText={draft.setText} key={draft.restoredAt} />
              </Suspense>
            ) : (
              <>
                {above}
                <EditorForm
                  crons={previews.each.map((preview) => preview?.cron ?? null)}
                  open={open}
                  onOpen={setOpen}
                />
              </>
            )}
          </div>
          <EditorSide
            plan={plan}
            basePlan={basePlan}
            isChecking={faults.isChecking}
            isFine={faults.all.length === 0 && draft.text === null}
            isDirty={draft.isDirty}
          />
        </div>
      </form>
      <LeaveGuard isDirty={draft.isDirty} isClosed={draft.isClosed} onLeave={draft.close} />
      <Conflict draft={draft} saving={saving} />
    </EditorProvider>
  )
}

interface ConflictProps {
  draft: ReturnType<typeof useDraft>
  saving: ReturnType<typeof useSaving>
}

/** Somebody else has saved meanwhile: what is theirs becomes what the draft began from. */
function Conflict({ draft, saving }: ConflictProps) {
  const { theirs } = saving
  if (theirs === null) return null

  function beginFrom(task: Task): void {
    draft.restart({ document: documentOf(task), version: task.version })
    saving.dismiss()
  }

  return (
    <ConflictDialog
      theirs={theirs}
      base={draft.base}
      baseVersion={draft.version}
      yours={draft.document}
      onClose={saving.dismiss}
      onMerge={(merged) => {
        beginFrom(theirs)
        draft.replace(merged)
        void saving.save(merged, theirs.version)
      }}
      onReload={() => beginFrom(theirs)}
    />
  )
}
