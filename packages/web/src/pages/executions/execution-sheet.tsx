import { Anchor, Group, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ExecutionActions } from '../../subjects/execution/execution-actions.tsx'
import { ExecutionFacts } from '../../subjects/execution/execution-facts.tsx'
import { ExecutionLink } from '../../subjects/execution/execution-link.tsx'
import { executionQuery } from '../../subjects/execution/execution-query.ts'
import { Explanation } from '../../subjects/execution/explanation.tsx'
import { outcomeOf } from '../../subjects/execution/outcome.ts'
import { OutcomeBadge } from '../../subjects/execution/outcome-badge.tsx'
import { Stages } from '../../subjects/execution/stages.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { RawText } from '../../ui/raw-text.tsx'
import { SideSheet } from '../../ui/side-sheet.tsx'

/** A quick look at an execution beside the list it stands in. */
export function ExecutionSheet({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <SideSheet isOpen={id !== undefined} onClose={onClose} title={t('nav.executions')}>
      {id !== undefined && <QuickLook id={id} />}
    </SideSheet>
  )
}

function QuickLook({ id }: { id: string }) {
  const { t } = useTranslation()
  const { data: execution, error } = useQuery(executionQuery(id))
  if (execution === undefined) return error ? <ProblemNotice error={error} /> : null
  return (
    <Stack gap="lg">
      <Group justify="space-between">
        <OutcomeBadge outcome={outcomeOf(execution)} />
        <Group gap="md">
          <Anchor size="sm" renderRoot={(props) => <ExecutionLink executionId={id} {...props} />}>
            {t('execution.openFull')}
          </Anchor>
          <ExecutionActions execution={execution} />
        </Group>
      </Group>
      <Explanation execution={execution} isPlain />
      <Stages execution={execution} />
      <ExecutionFacts execution={execution} />
      {execution.output && (
        <Panel title={t('execution.lastOutput')}>
          <RawText>{execution.output}</RawText>
        </Panel>
      )}
    </Stack>
  )
}
