import { Group, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './panel.module.css'

interface PanelProps {
  title?: ReactNode
  /** At the right of the title: a link, a switch. */
  aside?: ReactNode
  children: ReactNode
  /** Content goes to the edges, as a table does. */
  isFlush?: boolean
}

/** A surface with a hairline border and an optional title line. */
export function Panel({ title, aside, children, isFlush = false }: PanelProps) {
  return (
    <section className={classes.panel}>
      {(title || aside) && (
        <Group justify="space-between" px="lg" h={44} wrap="nowrap" className={classes.head}>
          <Title order={2} size="h3">
            {title}
          </Title>
          {aside}
        </Group>
      )}
      <div className={isFlush ? undefined : classes.content}>{children}</div>
    </section>
  )
}
