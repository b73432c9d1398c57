import { Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Execution } from '../../api/types.ts'
import { Panel } from '../../ui/panel.tsx'
import { RawText } from '../../ui/raw-text.tsx'

/** What it was given and what it gave back. */
export function ExecutionData({ execution }: { execution: Execution }) {
  const { t } = useTranslation()
  const { params, result, error } = execution
  const hasParams = (params?.args?.length ?? 0) > 0 || Object.keys(params?.kwargs ?? {}).length > 0
  return (
    <Stack gap="lg">
      {error !== null && (
        <Panel title={t('execution.data.error')}>
          <RawText>{error}</RawText>
        </Panel>
      )}
      <Panel title={t('execution.data.params')}>
        {hasParams ? <Json value={params} /> : <Text c="dimmed">{t('execution.data.noParams')}</Text>}
      </Panel>
      <Panel title={t('execution.data.result')}>
        {result === null ? <Text c="dimmed">{t('execution.data.noResult')}</Text> : <Json value={result} />}
      </Panel>
    </Stack>
  )
}

function Json({ value }: { value: unknown }) {
  return <RawText>{JSON.stringify(value, null, 2)}</RawText>
}
