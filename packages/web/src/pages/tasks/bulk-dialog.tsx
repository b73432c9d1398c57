import { Autocomplete, Button, Group, List, Modal, Progress, Stack, Text } from '@mantine/core'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { formatCount } from '../../format/number.ts'
import {
  type BulkAction,
  type BulkResult,
  type BulkTask,
  isHit,
  runBulk,
  toBulkTask,
} from '../../subjects/task/bulk-actions.ts'
import { useGroups } from '../../subjects/task/use-groups.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { type Chosen, readChosen } from './bulk-targets.ts'

interface BulkDialogProps {
  action: BulkAction
  chosen: Chosen
  /** As the selection counts them, until they are read. */
  count: number
  onClose: () => void
  /** Told what was done; with `isOver` false some could not be. */
  onDone: (result: BulkResult) => void
}

const SHOWN = 8

/** What an action would hit, before it does; then how far it is, and what was refused. */
export function BulkDialog({ action, chosen, count, onClose, onDone }: BulkDialogProps) {
  const { t } = useTranslation()
  const { tasks, known, error } = useChosen(chosen)
  const [group, setGroup] = useState('')
  const groups = useGroups()
  const [progress, setProgress] = useState<number | null>(null)
  const [result, setResult] = useState<BulkResult | null>(null)
  const stop = useRef<AbortController>(null)
  const target = group.trim() === '' ? null : withoutEndSlashes(group.trim())
  const hit = useMemo(() => tasks?.filter((task) => isHit(action, task, target)) ?? [], [tasks, action, target])
  const missed = (tasks?.length ?? 0) - hit.length

  async function run(): Promise<void> {
    stop.current = new AbortController()
    setProgress(0)
    const { signal } = stop.current
    const done = await runBulk({ action, tasks: hit, group: target, onProgress: setProgress, signal })
    setProgress(null)
    onDone(done)
    if (done.failed.length === 0) onClose()
    else setResult(done)
  }

  return (
    <Modal
      opened
      onClose={() => {
        stop.current?.abort()
        onClose()
      }}
      title={t(`tasks.bulk.${action}.title`)}
      size="lg"
    >
      <Stack gap="md">
        {error !== null && <ProblemNotice error={error} />}
        {tasks === null && error === null && (
          <Text size="sm">{t('tasks.bulk.reading', { known: formatCount(known), total: formatCount(count) })}</Text>
        )}
        {action === 'move' && result === null && (
          <Autocomplete
            data-autofocus
            label={t('tasks.bulk.moveTo')}
            description={t('tasks.bulk.moveHint')}
            data={groups.map(({ name }) => name)}
            value={group}
            onChange={setGroup}
          />
        )}
        {tasks !== null && result === null && (
          <div data-testid="bulk-preview">
            <Text size="sm">
              {t(`tasks.bulk.${action}.hit`, { count: hit.length, total: formatCount(hit.length) })}
            </Text>
            {missed > 0 && (
              <Text size="sm" c="dimmed">
                {t('tasks.bulk.missed', { count: missed, total: formatCount(missed) })}
              </Text>
            )}
            <Names tasks={hit} />
          </div>
        )}
        {progress !== null && (
          <div>
            <Progress
              value={(progress / Math.max(1, hit.length)) * 100}
              aria-label={t('tasks.bulk.progress', { done: progress, total: hit.length })}
            />
            <Text size="xs" c="dimmed" role="status">
              {t('tasks.bulk.progress', { done: formatCount(progress), total: formatCount(hit.length) })}
            </Text>
          </div>
        )}
        {result !== null && <Failures result={result} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={() => (progress === null ? onClose() : stop.current?.abort())}>
            {progress !== null ? t('tasks.bulk.stop') : result === null ? t('actions.cancel') : t('actions.close')}
          </Button>
          {result === null && (
            <Button
              {...(action === 'delete' && { color: 'red' })}
              disabled={hit.length === 0}
              loading={progress !== null}
              onClick={() => void run()}
            >
              {t(`tasks.bulk.${action}.act`, { count: hit.length, total: formatCount(hit.length) })}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  )
}

/** Reads the chosen tasks once; the preview names them, and the way back needs what they were. */
function withoutEndSlashes(group: string): string {
  let end = group.length
  while (group[end - 1] === '/') end--
  return group.slice(0, end)
}

function useChosen(chosen: Chosen) {
  const [tasks, setTasks] = useState<BulkTask[] | null>(null)
  const [known, setKnown] = useState(0)
  const [error, setError] = useState<unknown>(null)
  const first = useRef(chosen)
  useEffect(() => {
    const { abort, signal } = controller()
    readChosen(first.current, { keep: toBulkTask, onCount: setKnown, signal }).then(setTasks, (thrown: unknown) => {
      if (!signal.aborted) setError(thrown)
    })
    return abort
  }, [])
  return { tasks, known, error }
}

function controller() {
  const made = new AbortController()
  return { signal: made.signal, abort: () => made.abort() }
}

function Names({ tasks }: { tasks: readonly BulkTask[] }) {
  const { t } = useTranslation()
  const rest = tasks.length - SHOWN
  return (
    <List size="sm" mt="xs">
      {tasks.slice(0, SHOWN).map(({ id, name, group }) => (
        <List.Item key={id}>
          {name} {group && <span style={{ color: 'var(--ink-dim)' }}>{group}</span>}
        </List.Item>
      ))}
      {rest > 0 && (
        <List.Item c="dimmed">{t('tasks.bulk.andMore', { count: rest, total: formatCount(rest) })}</List.Item>
      )}
    </List>
  )
}

function Failures({ result: { done, failed } }: { result: BulkResult }) {
  const { t } = useTranslation()
  return (
    <div role="alert">
      <Text size="sm">
        {t('tasks.bulk.failed', {
          count: failed.length,
          total: formatCount(failed.length),
          done: formatCount(done.length),
        })}
      </Text>
      <List size="sm" mt="xs">
        {failed.slice(0, SHOWN).map(({ task, reason }) => (
          <List.Item key={task.id}>
            {task.name}: <span style={{ color: 'var(--failed)' }}>{reason}</span>
          </List.Item>
        ))}
      </List>
    </div>
  )
}
