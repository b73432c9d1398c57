import { lazy, Suspense } from 'react'
import type { Task } from '../../api/types.ts'

const Yaml = lazy(() => import('./definition-yaml.tsx'))

/** What the task is made of: the document as it would be written. */
export function TaskDefinition({ task }: { task: Task }) {
  return (
    <Suspense fallback={null}>
      <Yaml key={task.version} task={task} />
    </Suspense>
  )
}
