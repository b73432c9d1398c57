import { Button, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useRouter, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { MY_ZONE } from '../../format/instant.ts'
import { EXAMPLES, exampleDocument, isExample } from '../../subjects/task/examples.ts'
import { documentOf, type TaskDocument } from '../../subjects/task/task-document.ts'
import { taskQuery } from '../../subjects/task/task-query.ts'
import { useOpenTask } from '../../subjects/task/use-open-task.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { TaskEditor } from './task-editor.tsx'

/** A new task: blank, from an example (`?example=`), or as a copy (`?from=`). */
export function NewTaskPage() {
  const { t } = useTranslation()
  const { from, type, example, tab } = useSearch({ from: '/tasks/new' })
  const navigate = useNavigate({ from: '/tasks/new' })
  const router = useRouter()
  const openTask = useOpenTask()
  const source = useQuery({
    ...taskQuery(from ?? ''),
    enabled: from !== undefined,
  })

  if (from !== undefined && source.error) return <ProblemNotice error={source.error} />
  if (from !== undefined && source.data === undefined) return null

  const start = startOf(source.data && documentOf(source.data), example, type)
  const name = from ?? example ?? 'new'
  return (
    <TaskEditor
      key={name}
      title={t('editor.newTask')}
      start={start}
      draftName={`new.${name}`}
      isYaml={tab === 'yaml'}
      onYaml={(isYaml) =>
        void navigate({ search: (now) => ({ ...now, tab: isYaml ? 'yaml' : undefined }) as typeof now, replace: true })
      }
      onCancel={() => (router.history.canGoBack() ? router.history.back() : void navigate({ to: '/tasks' }))}
      onSaved={(task) => {
        notifications.show({ message: t('editor.created', { name: task.name }), color: 'teal' })
        openTask(task.id)
      }}
      above={from === undefined && <Examples current={example} />}
    />
  )
}

function startOf(
  copied: TaskDocument | undefined,
  example: string | undefined,
  type: string | undefined,
): TaskDocument {
  if (copied) return { ...copied, name: `${copied.name ?? ''} 2` }
  const blank: TaskDocument = {
    name: '',
    type: type ?? 'shell',
    schedule: { type: 'daily', times: ['02:00'] },
    timezone: MY_ZONE,
  }
  return isExample(example) ? { ...blank, ...exampleDocument(example) } : blank
}

function Examples({ current }: { current: string | undefined }) {
  const { t } = useTranslation()
  return (
    <Group gap={6}>
      <Text size="xs" c="dimmed">
        {t('editor.fromExample')}
      </Text>
      {EXAMPLES.map((example) => (
        <Button
          key={example}
          size="compact-xs"
          variant={example === current ? 'light' : 'default'}
          renderRoot={(props) => <Link to="/tasks/new" search={{ example }} {...props} />}
        >
          {t(`editor.examples.${example}.title`)}
        </Button>
      ))}
    </Group>
  )
}
