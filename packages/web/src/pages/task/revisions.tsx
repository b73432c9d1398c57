import { Button, Group, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { Fragment, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import type { Schema, Task } from '../../api/types.ts'
import { useMay } from '../../ground/identity.ts'
import { changesOf, tidy } from '../../subjects/task/task-document.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Instant } from '../../ui/instant.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { changesBetween, type FieldChange, lineDiff, plainText, rulesIn } from './revision-diff.ts'
import classes from './revisions.module.css'
import { ScheduleWords } from './schedule-words.tsx'

type Revision = Schema<'Revision'>

/** Every version, newest first, with what it changed; an earlier one can be made the task again. */
export function Revisions({ task }: { task: Task }) {
  const { t } = useTranslation()
  const mayEdit = useMay('edit', task)
  const [chosen, setChosen] = useState<Revision | null>(null)
  const { data: list, error } = useQuery({
    queryKey: ['task', task.id, 'revisions', task.version],
    // A change makes a new version; the list stays until it is read.
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      data(api.GET('/api/scheduler/tasks/{id}/revisions', { params: { path: { id: task.id } }, signal })),
  })
  if (error) return <ProblemNotice error={error} />
  const revisions = [...(list?.revisions ?? [])].sort((a, b) => b.version - a.version)
  if (list !== undefined && revisions.length === 0) return <EmptyState title={t('taskPage.noRevisions')} />
  return (
    <Stack gap="md">
      {revisions.map((revision, at) => {
        const before = revisions[at + 1]
        const isCurrent = at === 0
        return (
          <Panel
            key={revision.version}
            title={t('taskPage.versionNo', { no: revision.version })}
            aside={
              <Group gap="md">
                <Text size="xs" c="dimmed">
                  <Instant at={revision.at} /> {revision.by}
                </Text>
                {mayEdit && !isCurrent && task.status !== 'deleted' && (
                  <Button variant="default" size="compact-xs" onClick={() => setChosen(revision)}>
                    {t('taskPage.rollBack')}
                  </Button>
                )}
              </Group>
            }
          >
            {before === undefined ? (
              <Text size="sm" c="dimmed">
                {t('taskPage.firstVersion')}
              </Text>
            ) : (
              <Changes changes={changesBetween(before.definition, revision.definition)} />
            )}
          </Panel>
        )
      })}
      {chosen && revisions[0] && (
        <RollBack task={task} revision={chosen} current={revisions[0]} onClose={() => setChosen(null)} />
      )}
    </Stack>
  )
}

interface RollBackProps {
  task: Task
  revision: Revision
  current: Revision
  onClose: () => void
}

function RollBack({ task, revision, current, onClose }: RollBackProps) {
  const { t } = useTranslation()
  const queryClient = useQueryClient()

  async function rollBack(): Promise<void> {
    const header = { 'If-Match': `"${task.version}"` }
    const body = changesOf(tidy(revision.definition))
    await api.PATCH('/api/scheduler/tasks/{id}', { params: { path: { id: task.id }, header }, body })
    await queryClient.invalidateQueries({ queryKey: ['task', task.id] })
    notifications.show({ message: t('taskPage.rolledBack', { no: revision.version }), color: 'teal' })
  }

  return (
    <Confirm
      isOpen
      onClose={onClose}
      title={t('taskPage.rollBackTitle', { no: revision.version })}
      action={t('taskPage.rollBack')}
      onConfirm={rollBack}
    >
      <Text size="sm" mb="sm">
        {t('taskPage.rollBackText')}
      </Text>
      <Changes changes={changesBetween(current.definition, revision.definition)} />
    </Confirm>
  )
}

function Changes({ changes }: { changes: readonly FieldChange[] }) {
  const { t } = useTranslation()
  if (changes.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('taskPage.sameAsBefore')}
      </Text>
    )
  }
  return (
    <dl className={classes.changes}>
      {changes.map(({ field, before, after }) => (
        <div key={field}>
          <dt className="mono">{field}</dt>
          <dd>
            <Change field={field} before={before} after={after} />
          </dd>
        </div>
      ))}
    </dl>
  )
}

/** Schedules in words, texts of several lines line by line, everything else as it was and as it is. */
function Change({ field, before, after }: FieldChange) {
  const isLong = [before, after].some((value) => typeof value === 'string' && value.includes('\n'))
  const lines = isLong ? lineDiff(plainText(before), plainText(after)) : wholeValues(field, before, after)
  return (
    <pre className={classes.diff}>
      {lines.map(({ kind, text }, at) => (
        // Lines have no identity but their place.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <div key={at} data-kind={kind}>
          <span aria-hidden>{kind === 'added' ? '+ ' : kind === 'removed' ? '− ' : '  '}</span>
          {text}
        </div>
      ))}
    </pre>
  )
}

function wholeValues(field: string, before: unknown, after: unknown) {
  const line = (kind: 'removed' | 'added', value: unknown) =>
    value === undefined ? [] : [{ kind, text: <Value field={field} value={value} /> }]
  return [...line('removed', before), ...line('added', after)]
}

function Value({ field, value }: { field: string; value: unknown }) {
  const rules = rulesIn(field, value)
  if (rules === null) return plainText(value)
  return rules.map(({ rule, zone }, at) => (
    <Fragment key={plainText(rule)}>
      {at > 0 && '; '}
      <ScheduleWords rule={rule} />
      {zone !== null && ` · ${zone}`}
    </Fragment>
  ))
}
