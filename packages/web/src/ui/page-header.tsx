import { Group, Title } from '@mantine/core'
import { type ReactNode, useEffect } from 'react'

interface PageHeaderProps {
  title: string
  /** State, beside the title. */
  badge?: ReactNode
  /** At most one of them primary. */
  actions?: ReactNode
}

/** The title line of a page; also the document's title. */
export function PageHeader({ title, badge, actions }: PageHeaderProps) {
  useEffect(() => {
    document.title = `${title} · Rota`
  }, [title])
  return (
    <Group justify="space-between" wrap="nowrap" gap="md" mih={36} mb="md">
      <Group gap="sm" wrap="nowrap" style={{ minWidth: 0 }}>
        <Title order={1} style={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
          {title}
        </Title>
        {badge}
      </Group>
      <Group gap="sm" wrap="nowrap">
        {actions}
      </Group>
    </Group>
  )
}
