import { Button, Group, Modal, SegmentedControl, Stack, Table, Text } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Task } from '../../api/types.ts'
import { conflictOf, mergeOf } from './conflict.ts'
import { documentOf, isRecord, type TaskDocument } from './task-document.ts'

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
  const [choices, setChoices] = useState<Record<string, 'theirs' | 'yours'>>({})
  const document = documentOf(theirs)
  const fields = conflictOf(base, document, yours)
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
        <Table fz="xs" verticalSpacing={4} style={{ tableLayout: 'fixed' }}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={110}>{t('editor.field')}</Table.Th>
              <Table.Th>{t('editor.was')}</Table.Th>
              <Table.Th>{t('editor.theirs')}</Table.Th>
              <Table.Th>{t('editor.yours')}</Table.Th>
              <Table.Th w={140} aria-label={t('editor.choose', { field: '' })} />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {fields.map(({ field, was, theirs: their, yours: your, isContested }) => (
              <Table.Tr key={field}>
                <Table.Th className="mono">{field}</Table.Th>
                <Cell value={was} />
                <Cell value={their} />
                <Cell value={your} />
                <Table.Td>
                  {isContested && (
                    <SegmentedControl
                      aria-label={t('editor.choose', { field })}
                      data={(['theirs', 'yours'] as const).map((value) => ({ value, label: t(`editor.${value}`) }))}
                      value={choices[field] ?? 'yours'}
                      onChange={(value) => setChoices({ ...choices, [field]: value as 'theirs' | 'yours' })}
                    />
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
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

const MOST_SHOWN = 400

function Cell({ value }: { value: unknown }) {
  const { t } = useTranslation()
  const text =
    value === undefined
      ? t('editor.nothing')
      : isRecord(value) || Array.isArray(value)
        ? JSON.stringify(value)
        : String(value)
  return (
    <Table.Td className="mono" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', verticalAlign: 'top' }}>
      {text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text}
    </Table.Td>
  )
}
