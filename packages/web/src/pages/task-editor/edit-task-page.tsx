import { notifications } from '@mantine/notifications'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import { toProblem } from '../../api/problem.ts'
import { documentOf } from '../../subjects/task/task-document.ts'
import { useOpenTask } from '../../subjects/task/use-open-task.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { TaskEditor } from './task-editor.tsx'

/** Changes a task. What it is based on is read once: a change by somebody else meanwhile is shown when saving. */
export function EditTaskPage() {
  const { t } = useTranslation()
  const { taskId } = useParams({ from: '/tasks/$taskId/edit' })
  const { tab, section } = useSearch({ from: '/tasks/$taskId/edit' })
  const navigate = useNavigate({ from: '/tasks/$taskId/edit' })
  const openTask = useOpenTask()
  const { data: task, error } = useQuery({
    // Apart from the page of the task, whose query follows every change.
    queryKey: ['task-to-edit', taskId],
    queryFn: () => data(api.GET('/api/scheduler/tasks/{id}', { params: { path: { id: taskId } } })),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
  })

  if (error) {
    return toProblem(error).status === 404 ? (
      <EmptyState title={t('editor.notFound')} />
    ) : (
      <ProblemNotice error={error} />
    )
  }
  if (task === undefined) return null

  return (
    <TaskEditor
      key={taskId}
      title={t('editor.editTask', { name: task.name })}
      task={task}
      start={documentOf(task)}
      draftName={taskId}
      isYaml={tab === 'yaml'}
      {...(section !== undefined && { section })}
      onYaml={(isYaml) => void navigate({ search: isYaml ? { tab: 'yaml' } : {}, replace: true })}
      onCancel={() => openTask(taskId)}
      onSaved={(saved) => {
        notifications.show({ message: t('editor.saved', { name: saved.name }), color: 'teal' })
        openTask(taskId)
      }}
    />
  )
}
