import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { CodeEditor } from '../../code-editor/code-editor.tsx'
import { type CodeLanguage, scriptLanguage } from '../../code-editor/language.ts'
import { useEditor } from './editor-context.ts'
import { TextField } from './field-controls.tsx'
import { HttpFields } from './http-fields.tsx'
import { JsonField } from './json-field.tsx'
import classes from './task-editor.module.css'

/** What the chosen type runs. Fields of the other types are not shown, and not saved. */
export function PayloadFields() {
  const { t } = useTranslation()
  const { document } = useEditor()
  switch (document.type) {
    case 'shell':
      return <CodeField path="command" label={t('editor.command')} language="shell" />
    case 'python':
      return <CodeField path="source" label={t('editor.source')} language="python" />
    case 'script':
      return (
        <>
          <div className={classes.grid}>
            <TextField
              path="interpreter"
              label={t('editor.interpreter')}
              description={t('editor.interpreterHint')}
              placeholder="/usr/bin/node"
              isCode
            />
          </div>
          <CodeField
            path="source"
            label={t('editor.source')}
            language={scriptLanguage(document.interpreter, document.source ?? '')}
          />
        </>
      )
    case 'http':
      return <HttpFields />
    case 'handler':
      return (
        <div className={classes.grid}>
          <TextField path="handler" label={t('editor.handler')} isCode isRequired />
        </div>
      )
    default:
      return <JsonField path="payload" label={t('editor.payload')} description={t('editor.payloadHint')} />
  }
}

interface CodeFieldProps {
  path: 'command' | 'source'
  label: string
  language: CodeLanguage
}

function CodeField({ path, label, language }: CodeFieldProps) {
  const { document, set, faultsAt } = useEditor()
  const found = faultsAt(path)
  const key = JSON.stringify(found)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list changes when what it says does
  const faults = useMemo(() => found.map(({ message, position }) => ({ message, position })), [key])
  return (
    <div>
      <div className={classes.label}>{label}</div>
      <CodeEditor
        value={document[path] ?? ''}
        onChange={(text) => set(path, text)}
        language={language}
        label={label}
        faults={faults}
      />
      {faults.map(({ message }) => (
        <div key={message} className={classes.error} role="alert">
          {message}
        </div>
      ))}
    </div>
  )
}
