import { Alert, Button, Group, Kbd, SegmentedControl, Skeleton, Switch, Text } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { IconHistory } from '@tabler/icons-react'
import { lazy, type ReactNode, Suspense, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Task } from '../../api/types.ts'
import { useZone } from '../../app/zone.ts'
import { formatInstant } from '../../format/instant.ts'
import { PreviewComparison } from '../../schedule-builder/preview-comparison.tsx'
import { PreviewPanel } from '../../schedule-builder/preview-panel.tsx'
import { type Plan, usePreviews } from '../../schedule-builder/use-previews.ts'
import { PageHeader } from '../../ui/page-header.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { BasicFields } from './basic-fields.tsx'
import { ConflictDialog } from './conflict-dialog.tsx'
import { EditorProvider } from './editor-context.ts'
import { FaultList } from './fault-list.tsx'
import { FoldedSections } from './folded-sections.tsx'
import { LeaveGuard } from './leave-guard.tsx'
import { ScheduleFields } from './schedule-fields.tsx'
import { SECTIONS } from './section-summary.ts'
import { documentOf, entriesOf, isSame, type TaskDocument } from './task-document.ts'
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
  /** Above the form of a new task: examples. */
  above?: ReactNode
}

/** One form for every task, and the same task as YAML. */
export function TaskEditor(props: TaskEditorProps) {
  const { title, task, start, draftName, isYaml, onYaml, onCancel, onSaved, above } = props
  const { t } = useTranslation()
  const zone = useZone(task?.timezone)
  const draft = useDraft(draftName, { document: start, version: task?.version ?? null })
  const { document } = draft
  const [isSubmitted, setSubmitted] = useState(false)
  const [open, setOpen] = useState<string[]>([])
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
  const isPlanChanged = task !== undefined && !isSame(plan, basePlan)

  function save(): void {
    setSubmitted(true)
    if (draft.text !== null) return
    if (!faults.isChecking && faults.all.length > 0) {
      // The folded sections with a fault open, so that it can be seen.
      const faulty = Object.entries(SECTIONS).filter(([, fields]) =>
        faults.all.some(({ path }) => fields.some((field) => path.startsWith(field))),
      )
      setOpen((now) => [...new Set([...now, ...faulty.map(([name]) => name)])])
      return
    }
    void saving.save(document, draft.version)
  }

  // Also inside fields and the code editor.
  useHotkeys([['mod+S', save]], [], true)
  const canSave = draft.text === null && (task === undefined || draft.isDirty)

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
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          save()
        }}
      >
        <PageHeader
          title={title}
          actions={
            <>
              <SegmentedControl
                aria-label={t('editor.view')}
                data={[
                  { value: 'form', label: t('editor.form'), disabled: draft.text !== null },
                  { value: 'yaml', label: t('editor.yaml') },
                ]}
                value={isYaml ? 'yaml' : 'form'}
                onChange={(value) => onYaml(value === 'yaml')}
              />
              <Button variant="default" onClick={onCancel}>
                {t('actions.cancel')}
              </Button>
              <Button
                type="submit"
                loading={saving.isBusy}
                disabled={!canSave}
                rightSection={<Kbd size="xs">Ctrl S</Kbd>}
              >
                {task ? t('actions.save') : t('editor.create')}
              </Button>
            </>
          }
        />
        {draft.restoredAt !== null && (
          <Alert variant="light" color="gray" icon={<IconHistory size={18} />} mb="md" p="xs">
            <Group justify="space-between">
              <Text size="sm">{t('editor.restored', { at: formatInstant(draft.restoredAt, { zone }) })}</Text>
              <Button
                variant="default"
                size="compact-xs"
                onClick={() => draft.restart({ document: start, version: task?.version ?? null })}
              >
                {t('editor.discard')}
              </Button>
            </Group>
          </Alert>
        )}
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
                <Panel>
                  <div className={classes.form}>
                    <BasicFields isNew={task === undefined} />
                  </div>
                </Panel>
                <Panel title={t('schedule.title')} aside={<EnabledSwitch document={document} set={draft.set} />}>
                  <div className={classes.form}>
                    <ScheduleFields crons={previews.each.map((preview) => preview?.cron ?? null)} />
                  </div>
                </Panel>
                <div className={classes.folded}>
                  <FoldedSections open={open} onOpen={setOpen} />
                </div>
              </>
            )}
          </div>
          <aside className={classes.side}>
            <Panel title={t('schedule.preview')}>
              <PreviewPanel plan={plan} />
            </Panel>
            {isPlanChanged && (
              <Panel>
                <PreviewComparison before={basePlan} after={plan} />
              </Panel>
            )}
            <Panel>
              <FaultList
                faults={faults.shown}
                isChecking={faults.isChecking}
                isFine={faults.all.length === 0 && draft.text === null}
                isUnchanged={task !== undefined && !draft.isDirty}
              />
            </Panel>
          </aside>
        </div>
      </form>
      <LeaveGuard isDirty={draft.isDirty} isClosed={draft.isClosed} onLeave={draft.close} />
      {saving.theirs && (
        <ConflictDialog
          theirs={saving.theirs}
          base={draft.base}
          baseVersion={draft.version}
          yours={document}
          onClose={saving.dismiss}
          onMerge={(merged) => {
            const { theirs } = saving
            draft.restart({ document: documentOf(theirs!), version: theirs!.version })
            draft.replace(merged)
            saving.dismiss()
            void saving.save(merged, theirs!.version)
          }}
          onReload={() => {
            const { theirs } = saving
            draft.restart({ document: documentOf(theirs!), version: theirs!.version })
            saving.dismiss()
          }}
        />
      )}
    </EditorProvider>
  )
}

function planOf(document: TaskDocument, task: Task | undefined): Plan {
  const { timezone, dst, start_at, end_at, jitter_seconds, name, hash_key } = document
  const entries = entriesOf(document)
  return {
    entries: entries.length > 0 ? entries : [{ schedule: { type: 'none' }, timezone: null }],
    timezone,
    dst,
    start_at,
    end_at,
    jitter_seconds,
    createdAt: task?.created_at,
    taskId: task?.id,
    hashKey: hash_key || name || undefined,
  }
}

function EnabledSwitch({ document, set }: { document: TaskDocument; set: (path: string, value: unknown) => void }) {
  const { t } = useTranslation()
  return (
    <Switch
      label={t('editor.enabled')}
      labelPosition="left"
      title={t('editor.enabledHint')}
      checked={document.enabled !== false}
      onChange={(event) => set('enabled', event.currentTarget.checked)}
    />
  )
}
