import { Stack, Text, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import { type ShortColumn, ShortTable } from '../../ui/list/short-table.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { type Setting, settingsOf } from './settings-of.ts'

const CODE = { className: 'mono', fz: 12, style: { overflowWrap: 'anywhere' } } as const

/** The configuration in force, as the server filtered it. */
export function ConfigTab() {
  const { t } = useTranslation()
  const [wanted, setWanted] = useState('')
  const { data: config, error } = useQuery({
    queryKey: ['config'],
    queryFn: () => data(api.GET('/api/scheduler/config')),
  })
  if (config === undefined) return error ? <ProblemNotice error={error} /> : null
  const rows = settingsOf(config).filter(({ name }) => name.includes(wanted.trim().toLowerCase()))
  const columns: ShortColumn<Setting>[] = [
    { id: 'name', header: t('settings.config.name'), cell: ({ name }) => name, cellProps: CODE, width: '60%' },
    {
      id: 'value',
      header: t('settings.config.value'),
      cell: ({ value }) =>
        value ?? (
          <Text span inherit c="dimmed">
            {t('settings.config.unset')}
          </Text>
        ),
      cellProps: CODE,
    },
  ]
  return (
    <Stack gap="md" maw={960}>
      <Text size="sm" c="dimmed">
        {t('settings.config.intro')}
      </Text>
      <TextInput
        aria-label={t('settings.config.search')}
        placeholder={t('settings.config.search')}
        leftSection={<IconSearch size={14} aria-hidden />}
        value={wanted}
        onChange={(event) => setWanted(event.currentTarget.value)}
      />
      <Panel isFlush>
        <ShortTable columns={columns} rows={rows} rowId={({ name }) => name} verticalSpacing={4} layout="fixed" />
      </Panel>
    </Stack>
  )
}
