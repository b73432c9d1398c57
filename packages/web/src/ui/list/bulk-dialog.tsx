import { Button, Group, List, Modal, Progress, Stack, Text } from '@mantine/core'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { formatCount } from '../../format/number.ts'
import { ProblemNotice } from '../problem-notice.tsx'
import type { BulkOutcome, BulkTargets } from './bulk-outcome.ts'

interface Named {
  id: string
  name: string
}

interface BulkDialogProps<Read, Target extends Named> {
  title: string
  /** As the selection counts them, until they are read. */
  count: number
  /** Reads what is chosen, once. */
  read: (options: { onCount: (count: number) => void; signal: AbortSignal }) => Promise<Read>
  /** What of it would be hit; it may change with what is entered. */
  targetsOf: (read: Read) => BulkTargets<Target>
  run: (targets: readonly Target[], options: BulkRunning) => Promise<BulkOutcome<Target>>
  words: BulkWords
  /** Beside a name: its group, its state. */
  note?: (target: Target) => ReactNode
  isDangerous?: boolean
  /** What is to be entered beforehand. */
  children?: ReactNode
  onClose: () => void
  /** Told what was done; when something failed the dialog stays to say what. */
  onDone: (outcome: BulkOutcome<Target>, missed: number) => void
}

export interface BulkRunning {
  onProgress: (done: number) => void
  /** Stops between two requests. */
  signal: AbortSignal
}

/** Numbers are given beside their texts, as plurals need both. */
export interface BulkWords {
  hit: (count: number, total: string) => string
  missed: (count: number, total: string) => string
  act: (count: number, total: string) => string
  failed: (count: number, total: string, done: string) => string
}

const SHOWN = 8

/** What an action would hit, before it does; then how far it is, and what was refused. */
export function BulkDialog<Read, Target extends Named>(props: BulkDialogProps<Read, Target>) {
  const { title, count, read, targetsOf, run, words, note, isDangerous = false, children, onClose, onDone } = props
  const { t } = useTranslation()
  const { chosen, known, error } = useChosen(read)
  const [progress, setProgress] = useState<number | null>(null)
  const [outcome, setOutcome] = useState<BulkOutcome<Target> | null>(null)
  const stop = useRef<AbortController>(null)
  const { hit, missed, why }: BulkTargets<Target> = chosen === null ? NOTHING : targetsOf(chosen)
  const total = formatCount(hit.length)

  async function act(): Promise<void> {
    stop.current = new AbortController()
    setProgress(0)
    const done = await run(hit, { onProgress: setProgress, signal: stop.current.signal })
    setProgress(null)
    onDone(done, missed)
    if (done.failed.length === 0) onClose()
    else setOutcome(done)
  }

  function close(): void {
    stop.current?.abort()
    onClose()
  }

  return (
    <Modal opened onClose={close} title={title} size="lg">
      <Stack gap="md">
        {error !== null && <ProblemNotice error={error} />}
        {chosen === null && error === null && (
          <Text size="sm">{t('bulk.reading', { known: formatCount(known), total: formatCount(count) })}</Text>
        )}
        {outcome === null && children}
        {chosen !== null && outcome === null && (
          <div data-testid="bulk-preview">
            <Text size="sm">{words.hit(hit.length, total)}</Text>
            {(why ?? (missed > 0 ? [words.missed(missed, formatCount(missed))] : [])).map((sentence) => (
              <Text key={sentence} size="sm" c="dimmed">
                {sentence}
              </Text>
            ))}
            <Names targets={hit} note={note} />
          </div>
        )}
        {progress !== null && <HowFar done={progress} of={hit.length} />}
        {outcome !== null && <Failures outcome={outcome} words={words} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={() => (progress === null ? onClose() : stop.current?.abort())}>
            {progress !== null ? t('bulk.stop') : outcome === null ? t('actions.cancel') : t('actions.close')}
          </Button>
          {outcome === null && (
            <Button
              {...(isDangerous && { color: 'red' })}
              disabled={hit.length === 0}
              loading={progress !== null}
              onClick={() => void act()}
            >
              {words.act(hit.length, total)}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  )
}

const NOTHING = { hit: [], missed: 0 }

/** Reads the chosen rows once; the preview names them, and the way back needs what they were. */
function useChosen<Read>(read: BulkDialogProps<Read, Named>['read']) {
  const [chosen, setChosen] = useState<Read | null>(null)
  const [known, setKnown] = useState(0)
  const [error, setError] = useState<unknown>(null)
  const first = useRef(read)
  useEffect(() => {
    const reading = new AbortController()
    const { signal } = reading
    first.current({ onCount: setKnown, signal }).then(setChosen, (thrown: unknown) => {
      if (!signal.aborted) setError(thrown)
    })
    return () => reading.abort()
  }, [])
  return { chosen, known, error }
}

function HowFar({ done, of }: { done: number; of: number }) {
  const { t } = useTranslation()
  return (
    <div>
      <Progress value={(done / Math.max(1, of)) * 100} aria-label={t('bulk.progress', { done, total: of })} />
      <Text size="xs" c="dimmed" role="status">
        {t('bulk.progress', { done: formatCount(done), total: formatCount(of) })}
      </Text>
    </div>
  )
}

interface NamesProps<Target> {
  targets: readonly Target[]
  note: ((target: Target) => ReactNode) | undefined
}

function Names<Target extends Named>({ targets, note }: NamesProps<Target>) {
  const { t } = useTranslation()
  const rest = targets.length - SHOWN
  return (
    <List size="sm" mt="xs">
      {targets.slice(0, SHOWN).map((target) => (
        <List.Item key={target.id}>
          {target.name} <span style={{ color: 'var(--ink-dim)' }}>{note?.(target)}</span>
        </List.Item>
      ))}
      {rest > 0 && <List.Item c="dimmed">{t('bulk.andMore', { count: rest, total: formatCount(rest) })}</List.Item>}
    </List>
  )
}

function Failures({ outcome: { done, failed }, words }: { outcome: BulkOutcome<Named>; words: BulkWords }) {
  return (
    <div role="alert">
      <Text size="sm">{words.failed(failed.length, formatCount(failed.length), formatCount(done.length))}</Text>
      <List size="sm" mt="xs">
        {failed.slice(0, SHOWN).map(({ target, reason }) => (
          <List.Item key={target.id}>
            {target.name}: <span style={{ color: 'var(--failed)' }}>{reason}</span>
          </List.Item>
        ))}
      </List>
    </div>
  )
}
