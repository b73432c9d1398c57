import { Button, Group, Modal, NumberInput, Stack, TagsInput, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import { toProblem } from '../../api/problem.ts'
import type { Execution, Schema, Task } from '../../api/types.ts'
import { useMay } from '../../app/identity.ts'
import { CodeEditor } from '../../code-editor/code-editor.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { executionQuery } from '../execution/execution-query.ts'

interface RunDialogProps {
  task: Task
  onClose: () => void
}

/**
 * Runs a task once, now, with what it last ran with or something else. Who may not edit starts from what the task says
 * and sets nothing that it does not declare.
 */
export function RunDialog({ task, onClose }: RunDialogProps) {
  const { t } = useTranslation()
  const mayEdit = useMay('edit')
  const lastId = mayEdit ? task.last_execution_id : null
  // Lists leave the parameters away.
  const { data: last, isLoading } = useQuery({ ...executionQuery(lastId ?? ''), enabled: lastId !== null })
  return (
    <Modal opened onClose={onClose} title={t('taskPage.runTitle', { name: task.name })} size="lg">
      {!isLoading && <RunForm task={task} last={last} mayEdit={mayEdit} onClose={onClose} />}
    </Modal>
  )
}

interface RunFormProps extends RunDialogProps {
  last: Execution | undefined
  mayEdit: boolean
}

function RunForm({ task, last, mayEdit, onClose }: RunFormProps) {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const start = last?.params ?? task.params ?? {}
  const usualArgs = (start.args ?? []).map(asText)
  const [args, setArgs] = useState(usualArgs)
  const [kwargs, setKwargs] = useState(asBlock(start.kwargs))
  const [env, setEnv] = useState('')
  const [priority, setPriority] = useState<number | string>('')
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)

  async function run(): Promise<void> {
    setBusy(true)
    setError(null)
    try {
      const body: Schema<'RunInput'> = {
        params: {
          // Texts stand here for numbers too: unchanged ones are left to the task.
          ...((mayEdit || args.join('\n') !== usualArgs.join('\n')) && { args }),
          kwargs: readObject(kwargs) as NonNullable<Schema<'Params'>['kwargs']>,
        },
        ...(env.trim() !== '' && { env: readObject(env) as Record<string, string> }),
        ...(priority !== '' && { priority: Number(priority) }),
      }
      const params = { path: { id: task.id } }
      const { execution_id, phase } = await data(api.POST('/api/scheduler/tasks/{id}/run', { params, body }))
      notifications.show({ message: t(phase === 'queued' ? 'taskPage.queued' : 'taskPage.started') })
      void queryClient.invalidateQueries({ queryKey: ['task', task.id] })
      onClose()
      await navigate({ to: '/executions/$executionId', params: { executionId: execution_id } })
    } catch (thrown) {
      setError(thrown)
      setBusy(false)
    }
  }

  const fields = error === null ? {} : toProblem(error).fields
  const declared = Object.keys(task.env ?? {})
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void run()
      }}
    >
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {t(last ? 'taskPage.prefilled' : 'taskPage.prefilledTask')} {!mayEdit && t('taskPage.declaredOnly')}
        </Text>
        {(mayEdit || usualArgs.length > 0) && (
          <TagsInput
            label={t('editor.args')}
            description={t('editor.argsHint')}
            value={args}
            error={fields['params.args']}
            onChange={setArgs}
            data-autofocus
          />
        )}
        {(mayEdit || asBlock(start.kwargs) !== '') && (
          <CodeField label={t('editor.kwargs')} hint={t('editor.kwargsHint')} value={kwargs} onChange={setKwargs} />
        )}
        {(mayEdit || declared.length > 0) && (
          <CodeField
            label={t('editor.env')}
            hint={mayEdit ? t('taskPage.envHint') : t('taskPage.envDeclared', { names: declared.join(', ') })}
            value={env}
            onChange={setEnv}
          />
        )}
        {mayEdit && (
          <NumberInput
            label={t('editor.priority')}
            description={t('editor.priorityHint')}
            placeholder={String(task.priority ?? 0)}
            value={priority}
            error={fields.priority}
            onChange={setPriority}
          />
        )}
        {error !== null && <ProblemNotice error={error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('actions.cancel')}
          </Button>
          <Button type="submit" loading={isBusy} disabled={!isObject(kwargs) || !isObject(env)}>
            {t('tasks.runNow')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

interface CodeFieldProps {
  label: string
  hint: string
  value: string
  onChange: (value: string) => void
}

function CodeField({ label, hint, value, onChange }: CodeFieldProps) {
  const { t } = useTranslation()
  return (
    <div>
      <Text size="xs" fw={600}>
        {label}
      </Text>
      <Text size="xs" c="dimmed" mb={4}>
        {hint}
      </Text>
      <CodeEditor value={value} onChange={onChange} language="json" label={label} leastLines={2} mostLines={10} />
      {!isObject(value) && (
        <Text size="xs" style={{ color: 'var(--failed)' }}>
          {t('taskPage.notObject')}
        </Text>
      )}
    </div>
  )
}

function readObject(text: string): unknown {
  return text.trim() === '' ? {} : JSON.parse(text)
}

function isObject(text: string): boolean {
  try {
    const value = readObject(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function asBlock(kwargs: Record<string, unknown> | undefined): string {
  return kwargs === undefined || Object.keys(kwargs).length === 0 ? '' : JSON.stringify(kwargs, null, 2)
}
