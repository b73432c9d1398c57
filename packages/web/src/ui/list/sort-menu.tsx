import { ActionIcon, Menu } from '@mantine/core'
import { IconArrowDown, IconArrowsSort, IconArrowUp } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Column } from './column.ts'
import { directionOf, nextSort } from './sort.ts'

interface SortMenuProps<Row> {
  columns: readonly Column<Row>[]
  sort: string | undefined
  onSort: (sort: string) => void
}

/** What the headers of columns do, where there is no room for headers. */
export function SortMenu<Row>({ columns, sort, onSort }: SortMenuProps<Row>) {
  const { t } = useTranslation()
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon aria-label={t('table.sort')}>
          <IconArrowsSort size={18} stroke={1.6} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {columns.map((column) => {
          const { id, header, sort: key } = column
          if (key === undefined) return null
          const direction = directionOf(column, sort)
          const Arrow = direction === 'descending' ? IconArrowDown : IconArrowUp
          return (
            <Menu.Item
              key={id}
              onClick={() => onSort(nextSort({ ...column, sort: key }, sort))}
              rightSection={direction && <Arrow size={14} aria-label={t(`table.${direction}`)} />}
            >
              {header}
            </Menu.Item>
          )
        })}
      </Menu.Dropdown>
    </Menu>
  )
}
