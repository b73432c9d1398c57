import { ActionIcon, Checkbox, Menu, Stack } from '@mantine/core'
import { IconColumns3 } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { setPreferences, usePreferences } from '../../ground/preferences.ts'

interface ColumnMenuProps {
  /** Name of the table, as DataTable has it. */
  table: string
  columns: readonly { id: string; header: string }[]
}

/** Which columns a table shows; kept in this browser. */
export function ColumnMenu({ table, columns }: ColumnMenuProps) {
  const { t } = useTranslation()
  const { hiddenColumns } = usePreferences()
  const hidden = hiddenColumns[table] ?? []

  function toggle(id: string): void {
    const next = hidden.includes(id) ? hidden.filter((other) => other !== id) : [...hidden, id]
    setPreferences({ hiddenColumns: { ...hiddenColumns, [table]: next } })
  }

  return (
    <Menu closeOnItemClick={false}>
      <Menu.Target>
        <ActionIcon aria-label={t('table.columns')}>
          <IconColumns3 size={18} stroke={1.6} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Stack gap="sm" p="sm">
          {columns.map(({ id, header }) => (
            <Checkbox key={id} label={header} checked={!hidden.includes(id)} onChange={() => toggle(id)} />
          ))}
        </Stack>
      </Menu.Dropdown>
    </Menu>
  )
}
