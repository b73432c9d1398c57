import { Skeleton } from '@mantine/core'
import { lazy, Suspense } from 'react'
import classes from './code-editor.module.css'
import type { CodeEditorProps } from './props.ts'

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
