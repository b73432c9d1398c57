import { Text } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CodeEditor } from '../../code-editor/code-editor.tsx'
import { isSame, valueAt } from '../../subjects/task/task-document.ts'
import { useEditor } from './editor-context.ts'
import classes from './task-editor.module.css'

interface JsonFieldProps {
  path: string
  label: string
  description: string
}

/** A value of any shape as JSON; text that is none stays in the field and changes nothing. */
export function JsonField({ path, label, description }: JsonFieldProps) {
  const { t } = useTranslation()
  const { document, set, faultAt } = useEditor()
  const value = valueAt(document, path)
  const [typed, setTyped] = useState({ text: shown(value), value })
  const [problem, setProblem] = useState<string | null>(null)
  // Changed elsewhere, as in the YAML: shown anew.
  const text = isSame(typed.value, value) ? typed.text : shown(value)
  const fault = problem ?? faultAt(path)?.message

  function onChange(next: string): void {
    try {
      const parsed: unknown = next.trim() === '' ? undefined : JSON.parse(next)
      setProblem(null)
      setTyped({ text: next, value: parsed })
      set(path, parsed)
    } catch (error) {
      setTyped({ text: next, value })
      setProblem(t('editor.notJson', { message: (error as Error).message }))
    }
  }

  return (
    <div style={{ gridColumn: '1 / -1' }}>
      <div className={classes.label}>{label}</div>
      <Text className={classes.hint}>{description}</Text>
      <CodeEditor value={text} onChange={onChange} language="json" label={label} leastLines={2} mostLines={12} />
      {fault && <div className={classes.error}>{fault}</div>}
    </div>
  )
}

function shown(value: unknown): string {
  return value === undefined || value === null ? '' : JSON.stringify(value, null, 2)
}
