import { Button, Group, Modal, SegmentedControl, Stack, Text } from '@mantine/core'
import type { TFunction } from 'i18next'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Task } from '../../api/types.ts'
import { documentOf, isRecord, type TaskDocument } from '../../subjects/task/task-document.ts'
import { type ShortColumn, ShortTable } from '../../ui/list/short-table.tsx'
import { type Choice, conflictOf, mergeOf } from './conflict.ts'

type Choices = Readonly<Record<string, Choice>>

interface ConflictDialogProps {
  /** The task as somebody else has left it. */
  theirs: Task
  base: TaskDocument
  baseVersion: number | null
  yours: TaskDocument
  onClose: () => void
  onMerge: (merged: TaskDocument) => void
  onReload: () => void
}

/** Shows what changed meanwhile, field by field, and lets the person choose. */
export function ConflictDialog({ theirs, base, baseVersion, yours, onClose, onMerge, onReload }: ConflictDialogProps) {
  const { t } = useTranslation()
  const [choices, setChoices] = useState<Choices>({})
  const document = documentOf(theirs)
  const fields = conflictOf(base, document, yours)
  const columns = useColumns(choices, (field, choice) => setChoices({ ...choices, [field]: choice }))
  return (
    <Modal opened onClose={onClose} title={t('editor.conflictTitle')} size="xl">
      <Stack>
        <Text size="sm">
          {t('editor.conflictText', {
            version: theirs.version,
            by: theirs.updated_by ?? t('editor.somebody'),
            base: baseVersion ?? '',
          })}
        </Text>
        {fields.every(({ isContested }) => !isContested) && <Text size="sm">{t('editor.conflictNone')}</Text>}
        <ShortTable
          columns={columns}
          rows={fields}
          rowId={({ field }) => field}
          fz="xs"
          verticalSpacing={4}
          horizontalSpacing="xs"
          layout="fixed"
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onReload}>
            {t('editor.reload')}
          </Button>
          <Button onClick={() => onMerge(mergeOf({ base, theirs: document, yours }, choices))}>
            {t('editor.merge')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

type Field = ReturnType<typeof conflictOf>[number]
const CODE = {
  className: 'mono',
  style: { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', verticalAlign: 'top' },
} as const

function useColumns(choices: Choices, onChoose: (field: string, choice: Choice) => void): ShortColumn<Field>[] {
  const { t } = useTranslation()
  return [
    {
      id: 'field',
      header: t('editor.field'),
      width: 110,
      cell: ({ field }) => field,
      isRowHeader: true,
      cellProps: { className: 'mono' },
    },
    { id: 'was', header: t('editor.was'), cell: ({ was }) => shown(was, t), cellProps: CODE },
    { id: 'theirs', header: t('editor.theirs'), cell: ({ theirs }) => shown(theirs, t), cellProps: CODE },
    { id: 'yours', header: t('editor.yours'), cell: ({ yours }) => shown(yours, t), cellProps: CODE },
    {
      id: 'choice',
      header: <span className="visually-hidden">{t('editor.choose', { field: '' })}</span>,
      width: 140,
      cell: ({ field, isContested }) =>
        isContested && (
          <SegmentedControl
            aria-label={t('editor.choose', { field })}
            data={(['theirs', 'yours'] as const).map((value) => ({ value, label: t(`editor.${value}`) }))}
            value={choices[field] ?? 'yours'}
            onChange={(value) => onChoose(field, value as Choice)}
          />
        ),
    },
  ]
}

const MOST_SHOWN = 400

function shown(value: unknown, t: TFunction): string {
  const text =
    value === undefined
      ? t('editor.nothing')
      : isRecord(value) || Array.isArray(value)
        ? JSON.stringify(value)
        : String(value)
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text
}
