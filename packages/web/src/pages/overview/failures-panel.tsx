import { Anchor, Button, UnstyledButton } from '@mantine/core'
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { lazy, Suspense, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import type { Schema } from '../../api/types.ts'
import { formatCount } from '../../format/number.ts'
import { useMay } from '../../ground/identity.ts'
import { ExecutionLink } from '../../subjects/execution/execution-link.tsx'
import { Duration } from '../../ui/duration.tsx'
import { Instant } from '../../ui/instant.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import classes from './overview.module.css'
import { failuresQuery } from './overview-queries.ts'
import { lookBackFrom } from './overview-questions.ts'

const RerunAll = lazy(async () => ({ default: (await import('./rerun-all.tsx')).RerunAll }))

const route = getRouteApi('/')

type FailureGroup = Schema<'FailureGroups'>['groups'][number]

const FEW = 6
/** Executions of an open group. */
const MOST_SHOWN = 8

/** What failed within a day: what is alike stands together, so that one cause is one line. */
export function FailuresPanel() {
  const { t } = useTranslation()
  const { data: failures, error } = useQuery(failuresQuery)
  // Stands in the address, so that it is open again when one comes back from a log.
  const { alike: open } = route.useSearch()
  const navigate = route.useNavigate()
  const groups = failures?.groups.slice(0, FEW) ?? []
  const grouped = failures?.groups.reduce((sum, { count }) => sum + count, 0) ?? 0
  const rest = (failures?.groups.length ?? 0) - groups.length
  return (
    <Panel
      title={t('overview.failuresTitle')}
      isFlush
      aside={
        <Anchor
          size="xs"
          renderRoot={(props) => (
            <Link to="/executions" search={{ status: 'failed', finished_from: lookBackFrom() }} {...props} />
          )}
        >
          {rest > 0 ? t('overview.restGroups', { count: rest }) : t('actions.showAll')}
        </Anchor>
      }
    >
      {error !== null && <ProblemNotice error={error} />}
      {failures?.total === 0 && <div className={classes.nothing}>{t('overview.nothingFailed')}</div>}
      <ul className={classes.list}>
        {groups.map((group) => (
          <Group
            key={group.fingerprint}
            group={group}
            isOpen={open === group.fingerprint}
            onToggle={() => {
              const alike = open === group.fingerprint ? undefined : group.fingerprint
              void navigate({ search: { alike }, replace: true, resetScroll: false })
            }}
          />
        ))}
      </ul>
      {failures?.truncated === true && (
        <div className={classes.nothing}>
          {t('overview.ungrouped', { total: formatCount(failures.total), shown: formatCount(grouped) })}
        </div>
      )}
    </Panel>
  )
}

function Group({ group, isOpen, onToggle }: { group: FailureGroup; isOpen: boolean; onToggle: () => void }) {
  const { t } = useTranslation()
  const body = useId()
  const Chevron = isOpen ? IconChevronDown : IconChevronRight
  const [first] = group.tasks
  const who = group.task_count === 1 && first ? first.name : t('overview.ofTasks', { count: group.task_count })
  return (
    <li className={classes.group}>
      <UnstyledButton className={classes.groupHead} aria-expanded={isOpen} aria-controls={body} onClick={onToggle}>
        <Chevron size={14} aria-hidden style={{ flex: 'none' }} />
        <span className={classes.count}>{formatCount(group.count)}</span>
        <span className={classes.grow}>
          {who}
          <span className={`${classes.message} ${classes.dim} mono`} title={group.message}>
            {group.example}
          </span>
        </span>
        <span className={classes.dim}>
          <Instant at={group.last_at} />
        </span>
      </UnstyledButton>
      <div id={body}>{isOpen && <OpenGroup group={group} />}</div>
    </li>
  )
}

function OpenGroup({ group }: { group: FailureGroup }) {
  const { t } = useTranslation()
  const mayExecute = useMay('execute')
  const [isAsking, setAsking] = useState(false)
  const ids = group.execution_ids.slice(0, MOST_SHOWN)
  const { data: executions, error } = useQuery({
    queryKey: ['executions', 'overview', 'alike', ...ids],
    queryFn: ({ signal }) =>
      Promise.all(
        ids.map((id) => data(api.GET('/api/scheduler/executions/{id}', { params: { path: { id } }, signal }))),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  })
  return (
    <div className={classes.groupBody}>
      <pre className={classes.example}>{group.example}</pre>
      {error !== null && <ProblemNotice error={error} />}
      <ul className={classes.list}>
        {executions?.map((execution) => (
          <li key={execution.id}>
            <ExecutionLink executionId={execution.id} q={lineToFind(group)} className={classes.row}>
              <span className={classes.grow}>{execution.task_name ?? execution.type}</span>
              <Duration ms={execution.duration === null ? null : execution.duration * 1_000} />
              <span className={classes.dim}>
                <Instant at={execution.finished_at} />
              </span>
            </ExecutionLink>
          </li>
        ))}
      </ul>
      <div className={classes.actions}>
        {mayExecute && (
          <Button onClick={() => setAsking(true)}>
            {t('overview.rerunAll', { count: group.count, total: formatCount(group.count) })}
          </Button>
        )}
        {group.tasks.length === 1 && (
          <Button
            variant="default"
            renderRoot={(props) => (
              <Link
                to="/executions"
                search={{ status: 'failed', task: group.tasks[0]!.id, finished_from: lookBackFrom() }}
                {...props}
              />
            )}
          >
            {t('overview.showExecutions')}
          </Button>
        )}
      </div>
      {isAsking && (
        <Suspense fallback={null}>
          <RerunAll group={group} onClose={() => setAsking(false)} />
        </Suspense>
      )}
    </div>
  )
}

/** The line of the log that says what failed, where the group was made from one. */
function lineToFind({ kind, example }: FailureGroup): string | undefined {
  return kind === 'exit_code' && !/^exit code/i.test(example) ? example : undefined
}
