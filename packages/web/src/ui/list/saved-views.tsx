import { ActionIcon, Button, Group, Popover, TextInput, UnstyledButton } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { setPreferences, usePreferences } from '../../ground/preferences.ts'
import classes from './saved-views.module.css'

/** A filter with a name that everybody has: its search string stands without `?`. */
export interface FixedView {
  name: string
  search: string
}

interface SavedViewsProps {
  /** Page the views belong to. */
  page: string
  fixed: readonly FixedView[]
  /** Now in the address, without `?`. */
  search: string
  onSearch: (search: string) => void
}

/** Filters with a name, as tabs: some given, the rest the person's own. */
export function SavedViews({ page, fixed, search, onSearch }: SavedViewsProps) {
  const { t } = useTranslation()
  const { savedViews } = usePreferences()
  const own = savedViews[page] ?? []
  const [name, setName] = useState('')
  const [isOpen, setOpen] = useState(false)
  const isKnown = [...fixed, ...own].some((view) => view.search === search)

  function save(): void {
    if (name.trim() === '') return
    const others = own.filter((view) => view.name !== name.trim())
    setPreferences({ savedViews: { ...savedViews, [page]: [...others, { name: name.trim(), search }] } })
    setName('')
    setOpen(false)
  }

  function remove(removed: string): void {
    setPreferences({ savedViews: { ...savedViews, [page]: own.filter((view) => view.name !== removed) } })
  }

  return (
    <Group gap={2} wrap="nowrap" className={classes.views}>
      {[...fixed, ...own].map((view, at) => (
        <span key={view.name} className={classes.view} data-current={view.search === search || undefined}>
          <UnstyledButton
            className={classes.name}
            aria-pressed={view.search === search}
            onClick={() => onSearch(view.search)}
          >
            {view.name}
          </UnstyledButton>
          {at >= fixed.length && (
            <ActionIcon
              size="xs"
              aria-label={t('table.removeView', { name: view.name })}
              onClick={() => remove(view.name)}
            >
              <IconX size={12} />
            </ActionIcon>
          )}
        </span>
      ))}
      {!isKnown && (
        <Popover opened={isOpen} onChange={setOpen} trapFocus position="bottom-start" shadow="md">
          <Popover.Target>
            <Button variant="subtle" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setOpen(!isOpen)}>
              {t('table.saveView')}
            </Button>
          </Popover.Target>
          <Popover.Dropdown>
            <Group gap="sm" align="end">
              <TextInput
                label={t('table.viewName')}
                data-autofocus
                value={name}
                onChange={(event) => setName(event.currentTarget.value)}
                onKeyDown={(event) => event.key === 'Enter' && save()}
              />
              <Button onClick={save}>{t('actions.save')}</Button>
            </Group>
          </Popover.Dropdown>
        </Popover>
      )}
    </Group>
  )
}
