import { Anchor, Group, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { currentLanguage } from '../../i18n/i18n.ts'
import { OutcomeBadge } from '../../ui/outcome-badge.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { SideSheet } from '../../ui/side-sheet.tsx'
import { ExecutionActions } from '../execution/execution-actions.tsx'
import { ExecutionFacts } from '../execution/execution-facts.tsx'
import classes from '../execution/execution-page.module.css'
import { executionQuery, explanationQuery } from '../execution/execution-query.ts'
import { outcomeOf } from '../execution/outcome.ts'
import { Stages } from '../execution/stages.tsx'

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
  const { data: explanation } = useQuery(explanationQuery(id, execution?.status))
  if (execution === undefined) return error ? <ProblemNotice error={error} /> : null
  return (
    <Stack gap="lg">
      <Group justify="space-between">
        <OutcomeBadge outcome={outcomeOf(execution)} />
        <Group gap="md">
          <Anchor
            size="sm"
            renderRoot={(props) => <Link to="/executions/$executionId" params={{ executionId: id }} {...props} />}
          >
            {t('execution.openFull')}
          </Anchor>
          <ExecutionActions execution={execution} />
        </Group>
      </Group>
      {explanation && <p className={classes.why}>{explanation.summary[currentLanguage()]}</p>}
      <Stages execution={execution} />
      <ExecutionFacts execution={execution} />
      {execution.output && (
        <Panel title={t('execution.lastOutput')}>
          <pre className={classes.json}>{execution.output}</pre>
        </Panel>
      )}
    </Stack>
  )
}
