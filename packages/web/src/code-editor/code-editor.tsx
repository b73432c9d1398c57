import { Skeleton } from '@mantine/core'
import { lazy, Suspense } from 'react'
import classes from './code-editor.module.css'
import type { CodeLanguage } from './language.ts'

export interface CodeFault {
  message: string
  /** Zero-based character; without it the beginning is meant. */
  position?: number | undefined
}

export interface CodeEditorProps {
  value: string
  onChange?: (value: string) => void
  language: CodeLanguage
  /** Read out as the field's name. */
  label: string
  /** Underlined where they stand; keep the list's identity while it says the same. */
  faults?: readonly CodeFault[] | undefined
  placeholder?: string
  isReadOnly?: boolean
  /** Lines shown without scrolling; more come up to `mostLines`. */
  leastLines?: number
  mostLines?: number
}

const CodeMirror = lazy(() => import('./code-mirror.tsx'))
const LINE_HEIGHT = 20

/** Code with line numbers, colours and marked mistakes. The editor is loaded when the first one is shown. */
export function CodeEditor(props: CodeEditorProps) {
  const { leastLines = 5, mostLines = 24, faults } = props
  const style = {
    '--least': `${leastLines * LINE_HEIGHT + 16}px`,
    '--most': `${mostLines * LINE_HEIGHT + 16}px`,
  } as React.CSSProperties
  return (
    <div className={classes.frame} data-fault={(faults?.length ?? 0) > 0 || undefined} style={style}>
      <Suspense fallback={<Skeleton height={leastLines * LINE_HEIGHT + 16} radius={0} />}>
        <CodeMirror {...props} />
      </Suspense>
    </div>
  )
}
