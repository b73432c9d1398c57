import { Alert, Stack, Text } from '@mantine/core'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CodeEditor } from '../../code-editor/code-editor.tsx'
import { isSame, misshapenFields, tidy } from '../../subjects/task/task-document.ts'
import { readYaml, writeYaml } from '../../subjects/task/yaml-text.ts'
import { useEditor } from './editor-context.ts'

interface YamlViewProps {
  /** Text that could not be read as a task when it was left. */
  text: string | null
  /** Told the text while it is no task, null once it is one again. */
  onText: (text: string | null) => void
}

/** The whole task as text. What can be read of it is the document at once; what cannot stays as it was typed. */
export default function YamlView({ text, onText }: YamlViewProps) {
  const { t } = useTranslation()
  const { document, replace, faultsAt } = useEditor()
  const [typed, setTyped] = useState(() => text ?? writeYaml(tidy(document)))
  const { fault, positionOf } = useMemo(() => readYaml(typed, t('editor.yamlNoMap')), [typed, t])
  const found = faultsAt('')
  const key = JSON.stringify(found)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list changes when what it says does
  const faults = useMemo(
    () =>
      fault
        ? [{ message: fault.message, position: fault.position }]
        : found.map(({ path, message }) => ({ message: `${path} ${message}`, position: positionOf(path) })),
    [fault, key, positionOf],
  )

  function onChange(next: string): void {
    setTyped(next)
    const reading = readYaml(next, t('editor.yamlNoMap'))
    if (reading.document === null || misshapenFields(reading.document as Record<string, unknown>).length > 0) {
      onText(next)
      return
    }
    onText(null)
    if (!isSame(reading.document, document)) replace(reading.document)
  }

  const misshapen = fault ? [] : misshapenFields((readYaml(typed, '').document ?? {}) as Record<string, unknown>)
  return (
    <Stack gap="sm">
      <Text size="xs" c="dimmed">
        {t('editor.yamlHint')}
      </Text>
      <CodeEditor
        value={typed}
        onChange={onChange}
        language="yaml"
        label={t('editor.yaml')}
        faults={faults}
        leastLines={24}
        mostLines={40}
      />
      {(fault || misshapen.length > 0) && (
        <Alert color="red" variant="light" role="alert">
          {fault && <Text size="sm">{t('editor.yamlFault', { line: fault.line, message: fault.message })}</Text>}
          {misshapen.map(({ field, shape }) => (
            <Text size="sm" key={field}>
              {t('editor.yamlShape', { field, shape: t(`editor.shapes.${shape}`) })}
            </Text>
          ))}
          <Text size="sm" c="dimmed">
            {t('editor.yamlKept')}
          </Text>
        </Alert>
      )}
    </Stack>
  )
}
