import { ActionIcon, Combobox, Pill, PillsInput, useCombobox } from '@mantine/core'
import { IconFilter, IconX } from '@tabler/icons-react'
import { type KeyboardEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FilterKey } from './filter-key.ts'
import { readTyped } from './filter-words.ts'
import classes from './list.module.css'

interface FilterBarProps {
  keys: readonly FilterKey[]
  /** What is filtered by now, by key; free text under `q`. */
  filter: Readonly<Record<string, string | undefined>>
  onFilter: (filter: Record<string, string>) => void
  /** Shown in the empty bar: `status:failed`. */
  example: string
  /** False where the list cannot be searched by text. */
  hasText?: boolean
}

const TOKEN = /^([a-z_]+):(.*)$/i

/** Filters as tokens, typed or chosen: `status:failed group:backup`; what has no key searches as text. */
export function FilterBar({ keys, filter, onFilter, example, hasText = true }: FilterBarProps) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const [error, setError] = useState<string | null>(null)
  const combobox = useCombobox()
  const tokens = Object.entries(filter).filter((entry): entry is [string, string] => Boolean(entry[1]))
  const choices = suggestions(keys, typed)

  function submit(text: string): void {
    if (text.trim() === '') return
    const read = readTyped(text.trim(), keys, hasText)
    if (!read.isGood) {
      const { key, why } = read
      const known = keys.map((each) => each.key).join(', ')
      setError(why ?? (key === null ? t('filter.noText', { known }) : t('filter.unknown', { key, known })))
      return
    }
    if (Object.keys(read.filter).length === 0) return
    setError(null)
    setTyped('')
    combobox.closeDropdown()
    onFilter({ ...Object.fromEntries(tokens), ...read.filter })
  }

  function remove(key: string): void {
    onFilter(Object.fromEntries(tokens.filter(([other]) => other !== key)))
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Backspace' && typed === '' && tokens.length > 0) remove(tokens.at(-1)![0])
    else if (event.key === 'Enter' && combobox.getSelectedOptionIndex() < 0) {
      event.preventDefault()
      submit(typed)
    } else if (event.key === 'Escape') combobox.closeDropdown()
  }

  return (
    <Combobox
      store={combobox}
      onOptionSubmit={(value) => {
        if (value.endsWith(':')) setTyped(value)
        else submit(value)
        combobox.resetSelectedOption()
      }}
    >
      <Combobox.DropdownTarget>
        <PillsInput
          size="xs"
          leftSection={<IconFilter size={14} aria-hidden />}
          rightSection={
            tokens.length > 0 && (
              <ActionIcon size="sm" aria-label={t('filter.clear')} onClick={() => onFilter({})}>
                <IconX size={14} />
              </ActionIcon>
            )
          }
          error={error}
          className={classes.bar}
        >
          <Pill.Group>
            {tokens.map(([key, value]) => (
              <Pill
                key={key}
                withRemoveButton
                onRemove={() => remove(key)}
                removeButtonProps={{
                  'aria-label': t('filter.remove', { token: `${key}:${value}` }),
                  'aria-hidden': false,
                }}
              >
                {key === 'q' ? `“${value}”` : `${key}:${value}`}
              </Pill>
            ))}
            <Combobox.EventsTarget>
              <PillsInput.Field
                aria-label={t('filter.label')}
                placeholder={tokens.length === 0 ? t('filter.placeholder', { example }) : undefined}
                value={typed}
                onChange={(event) => {
                  setTyped(event.currentTarget.value)
                  setError(null)
                  combobox.openDropdown()
                }}
                onFocus={() => combobox.openDropdown()}
                onBlur={() => combobox.closeDropdown()}
                onKeyDown={onKeyDown}
              />
            </Combobox.EventsTarget>
          </Pill.Group>
        </PillsInput>
      </Combobox.DropdownTarget>
      <Combobox.Dropdown hidden={choices.length === 0}>
        <Combobox.Options mah={280} style={{ overflowY: 'auto' }}>
          {choices.map(({ value, text }) => (
            <Combobox.Option value={value} key={value}>
              <span className="mono">{value}</span> <span style={{ color: 'var(--ink-dim)' }}>{text}</span>
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}

/** Keys while a key is typed, its values behind the colon. */
function suggestions(keys: readonly FilterKey[], typed: string): { value: string; text: string }[] {
  const [, key, begun] = TOKEN.exec(typed) ?? []
  if (key === undefined) {
    return keys
      .filter((known) => known.key.startsWith(typed.trim().toLowerCase()))
      .map((known) => ({ value: `${known.key}:`, text: known.label }))
  }
  const values = keys.find((known) => known.key === key)?.values ?? []
  return values
    .filter(({ value, text }) => value.startsWith(begun!) || text.toLowerCase().includes(begun!.toLowerCase()))
    .map(({ value, text }) => ({ value: `${key}:${value}`, text }))
}
