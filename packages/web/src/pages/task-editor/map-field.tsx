import { ActionIcon, Button, TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { secretReference, useSecrets } from '../../subjects/secret/use-secrets.ts'
import { isRecord, isSame, valueAt } from '../../subjects/task/task-document.ts'
import { useEditor } from './editor-context.ts'
import classes from './task-editor.module.css'

interface MapFieldProps {
  path: string
  label: string
  addLabel: string
}

interface Row {
  key: string
  name: string
  value: string
}

let made = 0
const newRow = (name = '', value = ''): Row => ({ key: `row-${made++}`, name, value })

/** Names and texts, one pair a row: environment, headers, query. Rows without a name are not yet part of the task. */
export function MapField({ path, label, addLabel }: MapFieldProps) {
  const { t } = useTranslation()
  const { document, set, faultAt } = useEditor()
  const heading = useId()
  const known = useId()
  const secrets = useSecrets().data?.secrets ?? []
  const value = valueAt(document, path)
  const [rows, setRows] = useState<readonly Row[]>(() => rowsOf(value))
  // Changed elsewhere, as in the YAML: shown anew.
  const current = isSame(mapOf(rows), mapOf(rowsOf(value))) ? rows : rowsOf(value)

  function change(next: readonly Row[]): void {
    setRows(next)
    const map = mapOf(next)
    set(path, Object.keys(map).length === 0 ? null : map)
  }

  const edit = (key: string, changes: Partial<Row>) =>
    change(current.map((row) => (row.key === key ? { ...row, ...changes } : row)))
  const fault = faultAt(path)

  return (
    <fieldset className={classes.map} aria-labelledby={heading}>
      <div className={classes.label} id={heading}>
        {label}
      </div>
      <datalist id={known}>
        {secrets.map(({ id, name }) => (
          <option key={id} value={secretReference(name)} />
        ))}
      </datalist>
      {current.map((row) => (
        <div key={row.key} className={classes.pair}>
          <TextInput
            aria-label={`${label}: ${t('editor.key')}`}
            placeholder={t('editor.key')}
            spellCheck={false}
            styles={{ input: { fontFamily: 'var(--rota-mono)' } }}
            value={row.name}
            error={fault?.path === `${path}.${row.name}`}
            onChange={(event) => edit(row.key, { name: event.currentTarget.value })}
          />
          <TextInput
            aria-label={`${label}: ${row.name || t('editor.value')}`}
            placeholder={t('editor.value')}
            spellCheck={false}
            styles={{ input: { fontFamily: 'var(--rota-mono)' } }}
            list={known}
            value={row.value}
            onChange={(event) => edit(row.key, { value: event.currentTarget.value })}
          />
          <ActionIcon
            aria-label={t('editor.removeRow', { name: row.name })}
            onClick={() => change(current.filter((other) => other !== row))}
          >
            <IconX size={14} />
          </ActionIcon>
        </div>
      ))}
      <Button
        variant="subtle"
        size="compact-xs"
        leftSection={<IconPlus size={12} />}
        style={{ justifySelf: 'start' }}
        onClick={() => setRows([...current, newRow()])}
      >
        {addLabel}
      </Button>
      {fault && (
        <div className={classes.error}>
          {fault.path !== path && <code>{fault.path.slice(path.length + 1)}</code>} {fault.message}
        </div>
      )}
    </fieldset>
  )
}

function rowsOf(value: unknown): Row[] {
  if (!isRecord(value)) return []
  return Object.entries(value).map(([name, text]) =>
    newRow(name, typeof text === 'string' ? text : JSON.stringify(text)),
  )
}

function mapOf(rows: readonly Row[]): Record<string, string> {
  return Object.fromEntries(rows.filter(({ name }) => name !== '').map(({ name, value }) => [name, value]))
}
