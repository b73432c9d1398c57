import { Button, Menu, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import classes from './bulk-bar.module.css'
import type { Selection } from './selection.ts'

export interface BulkAct {
  name: string
  word: string
  onAct: () => void
  isBusy?: boolean
  /** Something is lost by it. */
  isDangerous?: boolean
}

interface BulkBarProps {
  label: string
  selection: Selection
  acts: readonly BulkAct[]
  /** Behind "More". */
  more?: readonly BulkAct[]
  /** Dialogs of the acts; they stay when nothing is chosen any more. */
  children?: ReactNode
}

/** Comes up from below when rows are chosen: what can be done with all of them. */
export function BulkBar({ label, selection, acts, more = [], children }: BulkBarProps) {
  const { t } = useTranslation()
  return (
    <>
      {selection.count > 0 && (
        <div className={classes.bar} role="toolbar" aria-label={label}>
          <Text size="sm" fw={550} className="numbers">
            {t('table.selected', { count: selection.count })}
          </Text>
          {acts.map(({ name, word, onAct, isBusy = false }) => (
            <Button key={name} variant="default" size="compact-sm" loading={isBusy} onClick={onAct}>
              {word}
            </Button>
          ))}
          {more.length > 0 && (
            <Menu position="top-end">
              <Menu.Target>
                <Button variant="default" size="compact-sm">
                  {t('actions.more')}
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                {more.map(({ name, word, onAct, isDangerous }) => (
                  <Menu.Item key={name} {...(isDangerous && { color: 'var(--failed)' })} onClick={onAct}>
                    {word}
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
          )}
          <Button variant="subtle" size="compact-sm" onClick={selection.clear}>
            {t('actions.clear')}
          </Button>
        </div>
      )}
      {children}
    </>
  )
}
