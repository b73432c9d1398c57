import { Title } from '@mantine/core'
import { type ReactNode, useEffect } from 'react'
import classes from './page-header.module.css'

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
    <div className={classes.header}>
      <div className={classes.title}>
        <Title order={1}>{title}</Title>
        {badge}
      </div>
      {actions && <div className={classes.actions}>{actions}</div>}
    </div>
  )
}
