import { Stack, Table, Text, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import { Panel } from '../../ui/panel.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { settingsOf } from './settings-of.ts'

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
        <Table fz="sm" verticalSpacing={4} horizontalSpacing="md" layout="fixed">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('settings.config.name')}</Table.Th>
              <Table.Th>{t('settings.config.value')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(({ name, value }) => (
              <Table.Tr key={name}>
                <Table.Td className="mono" fz={12}>
                  {name}
                </Table.Td>
                <Table.Td className="mono" fz={12} style={{ overflowWrap: 'anywhere' }}>
                  {value ?? (
                    <Text span inherit c="dimmed">
                      {t('settings.config.unset')}
                    </Text>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Panel>
    </Stack>
  )
}
