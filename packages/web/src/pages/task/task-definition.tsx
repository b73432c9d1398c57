import { Stack, Text } from '@mantine/core'
import { lazy, Suspense } from 'react'
import type { Task } from '../../api/types.ts'

const Yaml = lazy(() => import('./definition-yaml.tsx'))

/** What the task is made of: its description and the document as it would be written. */
export function TaskDefinition({ task }: { task: Task }) {
  return (
    <Stack gap="md">
      {task.description && (
        <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>
          {task.description}
        </Text>
      )}
      <Suspense fallback={null}>
        <Yaml key={task.version} task={task} />
      </Suspense>
    </Stack>
  )
}
