import { Button } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { data } from '../../api/client.ts'
import type { Execution, Schema } from '../../api/types.ts'
import { useMay } from '../../ground/identity.ts'
import { notifyProblem } from '../../ui/notify.ts'
import { taskCalls } from '../task/task-calls.ts'
import { taskQuery } from '../task/task-query.ts'
import { ExecutionLink } from './execution-link.tsx'
import { type Mend, mendsOf } from './mends.ts'

interface MendButtonsProps {
  execution: Execution
  facts: Schema<'Explanation'>['facts']
}

/** The ways out of what happened, one click each. */
export function MendButtons({ execution, facts }: MendButtonsProps) {
  const mayEdit = useMay('edit', { id: execution.task_id, group: execution.task_group })
  return mendsOf(execution, facts)
    .filter(({ to }) => to === 'execution' || mayEdit)
    .map((mend) => <MendButton key={mend.word} mend={mend} taskId={execution.task_id ?? ''} />)
}

function MendButton({ mend, taskId }: { mend: Mend; taskId: string }) {
  const { t } = useTranslation()
  const word = t(`execution.mends.${mend.word}`)
  if (mend.to === 'resume') return <ResumeButton taskId={taskId} word={word} />
  const look = { size: 'compact-sm', variant: 'default' } as const
  if (mend.to === 'execution') {
    return (
      <Button {...look} renderRoot={(props) => <ExecutionLink {...props} executionId={mend.executionId} />}>
        {word}
      </Button>
    )
  }
  const search = { section: mend.section }
  return (
    <Button
      {...look}
      renderRoot={(props) => <Link to="/tasks/$taskId/edit" params={{ taskId }} search={search} {...props} />}
    >
      {word}
    </Button>
  )
}

/** Only while the task is paused still. */
function ResumeButton({ taskId, word }: { taskId: string; word: string }) {
  const { data: task } = useQuery(taskQuery(taskId))
  const { mutate, isPending } = useMutation({
    mutationFn: () => data(taskCalls(taskId).resume('skip')),
    onError: notifyProblem,
  })
  if (task?.status !== 'paused') return null
  return (
    <Button size="compact-sm" variant="default" loading={isPending} onClick={() => mutate()}>
      {word}
    </Button>
  )
}
