import { Button, Group, Modal, NumberInput, Stack, TagsInput, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Execution, Schema, Task } from '../../api/types.ts'
import { CodeEditor } from '../../code-editor/code-editor.tsx'
import { useMay } from '../../ground/identity.ts'
import { executionQuery } from '../../subjects/execution/execution-query.ts'
import { useOpenExecution } from '../../subjects/execution/use-open-execution.ts'
import { runTask } from '../../subjects/task/run-task.ts'
import { useForm } from '../../ui/form/use-form.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'

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
  const mayEdit = useMay('edit', task)
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
  const openExecution = useOpenExecution()
  const start = last?.params ?? task.params ?? {}
  const usualArgs = (start.args ?? []).map(asText)
  const initial: RunValues = { 'params.args': usualArgs, 'params.kwargs': asBlock(start.kwargs), env: '', priority: '' }
  const form = useForm(initial, async (values) => {
    // Texts stand here for numbers too: unchanged ones are left to the task.
    const hasOwnArgs = mayEdit || values['params.args'].join('\n') !== usualArgs.join('\n')
    const { execution_id, phase } = await runTask(task.id, inputOf(values, hasOwnArgs))
    notifications.show({ message: t(phase === 'queued' ? 'taskPage.queued' : 'taskPage.started') })
    void queryClient.invalidateQueries({ queryKey: ['task', task.id] })
    onClose()
    openExecution(execution_id)
  })
  const declared = Object.keys(task.env ?? {})
  return (
    <form onSubmit={form.onSubmit}>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {t(last ? 'taskPage.prefilled' : 'taskPage.prefilledTask')} {!mayEdit && t('taskPage.declaredOnly')}
        </Text>
        {(mayEdit || usualArgs.length > 0) && (
          <TagsInput
            label={t('editor.args')}
            description={t('editor.argsHint')}
            data-autofocus
            {...form.field('params.args')}
          />
        )}
        {(mayEdit || initial['params.kwargs'] !== '') && (
          <CodeField label={t('editor.kwargs')} hint={t('editor.kwargsHint')} {...form.field('params.kwargs')} />
        )}
        {(mayEdit || declared.length > 0) && (
          <CodeField
            label={t('editor.env')}
            hint={mayEdit ? t('taskPage.envHint') : t('taskPage.envDeclared', { names: declared.join(', ') })}
            {...form.field('env')}
          />
        )}
        {mayEdit && (
          <NumberInput
            label={t('editor.priority')}
            description={t('editor.priorityHint')}
            placeholder={String(task.priority ?? 0)}
            {...form.field('priority')}
          />
        )}
        {form.problem !== null && <ProblemNotice error={form.problem} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('actions.cancel')}
          </Button>
          <Button
            type="submit"
            loading={form.isBusy}
            disabled={!isObject(form.values['params.kwargs']) || !isObject(form.values.env)}
          >
            {t('tasks.runNow')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

interface RunValues {
  'params.args': string[]
  /** JSON. */
  'params.kwargs': string
  env: string
  /** Empty takes the task's. */
  priority: number | string
}

function inputOf(values: RunValues, hasOwnArgs: boolean): Schema<'RunInput'> {
  const { 'params.args': args, 'params.kwargs': kwargs, env, priority } = values
  return {
    params: {
      ...(hasOwnArgs && { args }),
      kwargs: readObject(kwargs) as NonNullable<Schema<'Params'>['kwargs']>,
    },
    ...(env.trim() !== '' && { env: readObject(env) as Record<string, string> }),
    ...(priority !== '' && { priority: Number(priority) }),
  }
}

interface CodeFieldProps {
  label: string
  hint: string
  value: string
  error: ReactNode
  onChange: (value: string) => void
}

function CodeField({ label, hint, value, error, onChange }: CodeFieldProps) {
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
      {(!isObject(value) || error) && (
        <Text size="xs" style={{ color: 'var(--failed)' }}>
          {isObject(value) ? error : t('taskPage.notObject')}
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
