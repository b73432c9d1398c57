import { Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Schema } from '../../api/types.ts'
import { Instant } from '../../ui/instant.tsx'
import type { Column } from '../../ui/list/column.ts'
import { useAuditWords } from './audit-words.ts'

export type AuditEntry = Schema<'AuditEntry'>

export function useAuditColumns(): Column<AuditEntry>[] {
  const { t } = useTranslation()
  const words = useAuditWords()
  return [
    {
      id: 'at',
      header: t('audit.columns.at'),
      width: 'minmax(124px, 0.8fr)',
      phone: 'second',
      cell: ({ at }) => <Instant at={at} />,
    },
    {
      id: 'actor',
      header: t('audit.columns.actor'),
      width: 'minmax(110px, 1fr)',
      phone: 'second',
      cell: ({ actor }) => actor ?? t('audit.scheduler'),
    },
    {
      id: 'action',
      header: t('audit.columns.action'),
      width: 'minmax(96px, 0.8fr)',
      phone: 'end',
      cell: ({ action, outcome }) => (
        <Text span size="sm" {...(outcome === 'refused' && { c: 'var(--failed)' })}>
          {words.action(action)}
        </Text>
      ),
    },
    {
      id: 'subject',
      header: t('audit.columns.subject'),
      width: 'minmax(160px, 2fr)',
      phone: 'first',
      cell: ({ subject_name, subject_id }) => subject_name ?? subject_id ?? '',
    },
    {
      id: 'kind',
      header: t('audit.columns.kind'),
      width: '110px',
      yields: 2,
      cell: ({ kind }) => words.kind(kind),
    },
    {
      id: 'fields',
      header: t('audit.columns.fields'),
      width: 'minmax(120px, 1.4fr)',
      yields: 3,
      cell: (entry) => changedFields(entry).join(', '),
    },
    {
      id: 'address',
      header: t('audit.columns.address'),
      width: '120px',
      yields: 4,
      cell: ({ address }) => address ?? '',
    },
  ]
}

/** Names of the fields that a change was about. */
export function changedFields({ before, after }: Pick<AuditEntry, 'before' | 'after'>): string[] {
  return [...new Set([...Object.keys(fieldsOf(before)), ...Object.keys(fieldsOf(after))])]
}

/** The fields of a part of an entry; none for what is not there. */
export function fieldsOf(part: unknown): Readonly<Record<string, unknown>> {
  return typeof part === 'object' && part !== null && !Array.isArray(part) ? (part as Record<string, unknown>) : {}
}
