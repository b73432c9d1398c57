import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import type { operations, Schema } from '../../api/types.ts'
import { OUTCOMES, type Outcome } from '../../theme/outcomes.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { Duration } from '../../ui/duration.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { HistoryBegin } from '../../ui/history-begin.tsx'
import { Instant } from '../../ui/instant.tsx'
import { OutcomeBadge } from '../../ui/outcome-badge.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { reasonText } from '../execution/reason-text.ts'
import classes from './timeline.module.css'
import { useCursorRows } from './use-cursor-rows.ts'

type Entry = Schema<'LedgerEntry'>
type Answer = Schema<'LedgerAnswer'>
type LedgerQuery = NonNullable<operations['get_scheduler_ledger']['parameters']['query']>

const ANSWERS = ['pending', 'running', 'ran', 'late', 'skipped', 'merged', 'missed'] as const satisfies Answer[]
const PAGE = 200
const route = getRouteApi('/timeline')

/** Every due instant with its one answer. */
export function LedgerTab() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const go = useNavigate()
  const columns = useColumns()
  const filter = { outcome: search.outcome, task: search.task, from: search.from, to: search.to }
  const ledger = useCursorRows(['ledger', filter], async (cursor, signal) => {
    const page = await data(
      api.GET('/api/scheduler/ledger', {
        params: { query: { ...toQuery(filter), ...(cursor && { cursor }) } },
        signal,
      }),
    )
    return { rows: page.entries, next: page.next_cursor, pruned: page.pruned }
  })
  const isFiltered = Object.values(filter).some(Boolean)
  const keys = [
    {
      key: 'outcome',
      label: t('timeline.filters.outcome'),
      values: ANSWERS.map((value) => ({ value, text: t(`timeline.answers.${value}`) })),
    },
    ...(['task', 'from', 'to'] as const).map((key) => ({ key, label: t(`timeline.filters.${key}`) })),
  ]

  return (
    <>
      <div className={classes.controls}>
        <FilterBar
          keys={keys}
          filter={filter}
          onFilter={(next) => void navigate({ search: { tab: 'ledger', ...next } })}
          example="outcome:missed"
          hasText={false}
        />
        <span className={classes.dim}>{t('timeline.ledgerText')}</span>
      </div>
      {ledger.error !== null && <ProblemNotice error={ledger.error} onRetry={ledger.refetch} />}
      <div className={classes.table}>
        <DataTable
          name="ledger"
          label={t('timeline.tabs.ledger')}
          columns={columns}
          rows={ledger.rows}
          rowId={(entry) => `${entry.task_id}@${entry.due_at}@${entry.execution_id}`}
          onOpen={({ execution_id: executionId, task_id: taskId }) => {
            if (executionId !== null) void go({ to: '/executions/$executionId', params: { executionId } })
            else void go({ to: '/tasks/$taskId', params: { taskId } })
          }}
          empty={
            ledger.isLoading || ledger.error !== null ? null : isFiltered ? (
              <EmptyState title={t('filter.noMatch')} />
            ) : (
              <EmptyState title={t('timeline.ledgerEmpty')} text={t('timeline.ledgerEmptyText')} />
            )
          }
        />
      </div>
      <HistoryBegin at={ledger.first?.pruned?.through} removed={ledger.first?.pruned?.answers} />
    </>
  )
}

interface LedgerFilter {
  outcome: string | undefined
  task: string | undefined
  from: string | undefined
  to: string | undefined
}

/** As the API takes it; wrong values are the API's to refuse, with their field. */
function toQuery({ outcome, task, from, to }: LedgerFilter): LedgerQuery {
  const entries = Object.entries({ answer: outcome, task_id: task, from, to }).filter(([, value]) => value)
  return { ...(Object.fromEntries(entries) as LedgerQuery), limit: PAGE }
}

/** The colour of an answer. */
function outcomeOfEntry({ answer, status }: Entry): Outcome {
  if (answer === 'missed' || answer === 'late' || answer === 'skipped') return answer
  return answer === 'merged' ? 'skipped' : (status ?? 'pending')
}

/** The ledger says that it ran, the badge how it ended. */
function hasRun({ answer, status }: Entry): boolean {
  return status !== null && (answer === 'ran' || answer === 'late')
}

function useColumns(): Column<Entry>[] {
  const { t } = useTranslation()
  return [
    {
      id: 'due',
      header: t('timeline.columns.due'),
      width: '180px',
      cell: ({ due_at }) => <Instant at={due_at} style="absolute" />,
    },
    {
      id: 'answer',
      header: t('timeline.columns.answer'),
      width: '220px',
      cell: (entry) => (
        <span style={{ display: 'inline-flex', gap: 10, alignItems: 'center' }}>
          <span style={{ color: `var(--${OUTCOMES[outcomeOfEntry(entry)].colour})` }}>
            {t(`timeline.answers.${entry.answer}`)}
          </span>
          {hasRun(entry) && <OutcomeBadge outcome={entry.status ?? 'success'} isQuiet />}
        </span>
      ),
    },
    {
      id: 'task',
      header: t('timeline.columns.task'),
      width: 'minmax(180px, 2fr)',
      cell: ({ task_id: taskId, task_name: name }) => (
        <Link to="/tasks/$taskId" params={{ taskId }} onClick={(event) => event.stopPropagation()}>
          {name}
        </Link>
      ),
    },
    {
      id: 'reason',
      header: t('timeline.columns.reason'),
      width: 'minmax(220px, 3fr)',
      cell: ({ reason }) => (reason === null ? '' : reasonText(reason)),
    },
    {
      id: 'covers',
      header: t('timeline.columns.covers'),
      width: '140px',
      cell: ({ covers }) => (covers === null ? '' : t('timeline.coversText', { count: covers.count })),
    },
    {
      id: 'lateness',
      header: t('timeline.columns.lateness'),
      width: '120px',
      align: 'right',
      cell: ({ lateness_ms: ms }) => <Duration ms={ms} />,
    },
  ]
}
