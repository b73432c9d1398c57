import { Anchor, Code, Stack, Table, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { TaskLink } from '../../subjects/task/task-link.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Instant } from '../../ui/instant.tsx'
import { Panel } from '../../ui/panel.tsx'
import { RawText } from '../../ui/raw-text.tsx'
import { SideSheet } from '../../ui/side-sheet.tsx'
import { type AuditEntry, changedFields, fieldsOf } from './audit-columns.tsx'
import { useAuditWords } from './audit-words.ts'

/** One entry, with what was and what is. */
export function AuditSheet({ entry, onClose }: { entry: AuditEntry | undefined; onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <SideSheet isOpen={entry !== undefined} onClose={onClose} title={t('audit.entry')} width={640}>
      {entry && <Entry entry={entry} />}
    </SideSheet>
  )
}

function Entry({ entry }: { entry: AuditEntry }) {
  const { t } = useTranslation()
  const words = useAuditWords()
  const facts = [
    { label: t('audit.columns.at'), value: <Instant at={entry.at} /> },
    { label: t('audit.columns.actor'), value: entry.actor ?? t('audit.scheduler') },
    { label: t('audit.columns.action'), value: words.action(entry.action) },
    { label: t('audit.columns.kind'), value: words.kind(entry.kind) },
    { label: t('audit.columns.subject'), value: <Subject entry={entry} /> },
    { label: t('audit.columns.address'), value: entry.address ?? '–' },
    { label: t('audit.credential'), value: entry.credential ?? '–' },
    { label: t('audit.request'), value: <Request id={entry.request_id} /> },
    { label: t('audit.number'), value: entry.seq ?? t('audit.unsealed') },
  ]
  return (
    <Stack gap="lg">
      <Facts facts={facts} />
      <Changes entry={entry} />
      {entry.detail !== null && (
        <Panel title={t('audit.detail')}>
          <RawText>{JSON.stringify(entry.detail, null, 2)}</RawText>
        </Panel>
      )}
      {entry.hash !== null && (
        <Text size="xs" c="dimmed">
          {t('audit.hash')} <Code style={{ wordBreak: 'break-all' }}>{entry.hash}</Code>
        </Text>
      )}
    </Stack>
  )
}

function Subject({ entry: { kind, subject_id, subject_name } }: { entry: AuditEntry }) {
  const name = subject_name ?? subject_id ?? '–'
  if (kind !== 'task' || subject_id === null) return name
  return (
    <Anchor size="sm" renderRoot={(props) => <TaskLink taskId={subject_id} {...props} />}>
      {name}
    </Anchor>
  )
}

/** All that one request did. */
function Request({ id }: { id: string | null }) {
  if (id === null) return '–'
  return (
    <Anchor size="sm" renderRoot={(props) => <Link to="/audit" search={{ request_id: id }} {...props} />}>
      {id}
    </Anchor>
  )
}

/** What was beside what is, field by field. */
function Changes({ entry }: { entry: AuditEntry }) {
  const { t } = useTranslation()
  const [before, after] = [fieldsOf(entry.before), fieldsOf(entry.after)]
  const fields = changedFields(entry)
  if (fields.length === 0) return null
  return (
    <Panel title={t('audit.changes')} isFlush>
      <Table.ScrollContainer minWidth={420} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
        <Table fz="sm" verticalSpacing={6} horizontalSpacing="md">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('audit.field')}</Table.Th>
              <Table.Th>{t('audit.before')}</Table.Th>
              <Table.Th>{t('audit.after')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {fields.map((field) => (
              <Table.Tr key={field} style={{ verticalAlign: 'top' }}>
                <Table.Th scope="row">{field}</Table.Th>
                <Table.Td>
                  <Value value={before[field]} />
                </Table.Td>
                <Table.Td>
                  <Value value={after[field]} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Panel>
  )
}

function Value({ value }: { value: unknown }) {
  if (value === undefined || value === null)
    return (
      <Text span size="sm" c="dimmed">
        {'–'}
      </Text>
    )
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2)
  return (
    <Code style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', background: 'none', padding: 0 }}>{text}</Code>
  )
}
