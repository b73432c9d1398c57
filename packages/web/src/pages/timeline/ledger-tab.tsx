import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import type { operations, Schema } from '../../api/types.ts'
import { OutcomeBadge } from '../../subjects/execution/outcome-badge.tsx'
import { OUTCOMES, type Outcome } from '../../subjects/execution/outcomes.ts'
import { reasonText } from '../../subjects/execution/reason-text.ts'
import { useOpenExecution } from '../../subjects/execution/use-open-execution.ts'
import { FirstSteps } from '../../subjects/task/first-steps.tsx'
import { TaskLink } from '../../subjects/task/task-link.tsx'
import { useOpenTask } from '../../subjects/task/use-open-task.ts'
import { Duration } from '../../ui/duration.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Instant } from '../../ui/instant.tsx'
import type { Column } from '../../ui/list/column.ts'
import { useCursorRows } from '../../ui/list/cursor-rows.ts'
import { FilterBar } from '../../ui/list/filter-bar.tsx'
import type { FilterKey } from '../../ui/list/filter-key.ts'
import { List } from '../../ui/list/list.tsx'
import { useListAddress } from '../../ui/list/list-address.ts'
import classes from './timeline.module.css'

type Entry = Schema<'LedgerEntry'>
type Answer = Schema<'LedgerAnswer'>
type LedgerQuery = NonNullable<operations['get_scheduler_ledger']['parameters']['query']>

const ANSWERS = ['pending', 'running', 'ran', 'late', 'skipped', 'merged', 'missed'] as const satisfies Answer[]
/** Keys of the address that filter the list. */
const FILTER_KEYS = ['outcome', 'task', 'from', 'to'] as const
const PAGE = 200
const route = getRouteApi('/timeline')

/** Every due instant with its one answer. */
export function LedgerTab() {
  const { t } = useTranslation()
  const navigate = route.useNavigate()
  const openExecution = useOpenExecution()
  const openTask = useOpenTask()
  const { filter, text, setFilter } = useListAddress({
    keys: FILTER_KEYS,
    search: route.useSearch(),
    onSearch: (next) => void navigate({ search: { tab: 'ledger', ...next } }),
  })
  const rows = useLedger(filter)
  return (
    <>
      <div className={classes.controls}>
        <FilterBar keys={useFilters()} filter={filter} onFilter={setFilter} example="outcome:missed" hasText={false} />
        <span className={classes.dim}>{t('timeline.ledgerText')}</span>
      </div>
      <List
        name="ledger"
        label={t('timeline.tabs.ledger')}
        columns={useColumns()}
        rows={rows}
        rowId={(entry) => `${entry.task_id}@${entry.due_at}@${entry.execution_id}`}
        onOpen={({ execution_id: executionId, task_id: taskId }) => {
          if (executionId !== null) openExecution(executionId)
          else openTask(taskId)
        }}
        filter={text}
        empty={
          <EmptyState title={t('timeline.ledgerEmpty')} text={t('timeline.ledgerEmptyText')}>
            <FirstSteps />
          </EmptyState>
        }
      />
    </>
  )
}

type LedgerFilter = Partial<Record<(typeof FILTER_KEYS)[number], string | undefined>>

function useLedger(filter: LedgerFilter) {
  return useCursorRows<Entry>(['ledger', filter], async (cursor, signal) => {
    const query = { ...toQuery(filter), ...(cursor && { cursor }) }
    const {
      entries,
      next_cursor: next,
      pruned,
    } = await data(api.GET('/api/scheduler/ledger', { params: { query }, signal }))
    return { rows: entries, next, beginsAt: pruned?.through, removed: pruned?.answers }
  })
}

function useFilters(): FilterKey[] {
  const { t } = useTranslation()
  return FILTER_KEYS.map((key) => ({
    key,
    label: t(`timeline.filters.${key}`),
    ...(key === 'outcome' && { values: ANSWERS.map((value) => ({ value, text: t(`timeline.answers.${value}`) })) }),
  }))
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
      width: '160px',
      phone: 'second',
      cell: ({ due_at }) => <Instant at={due_at} style="absolute" hasZone={false} />,
    },
    {
      id: 'answer',
      header: t('timeline.columns.answer'),
      width: '180px',
      phone: 'first',
      cell: (entry) => <AnswerCell entry={entry} />,
    },
    {
      id: 'task',
      header: t('timeline.columns.task'),
      width: 'minmax(140px, 2fr)',
      phone: 'first',
      cell: ({ task_id: taskId, task_name: name }) => (
        <TaskLink taskId={taskId} onClick={(event) => event.stopPropagation()}>
          {name}
        </TaskLink>
      ),
    },
    {
      id: 'reason',
      header: t('timeline.columns.reason'),
      width: 'minmax(180px, 3fr)',
      phone: 'second',
      cell: ({ reason }) => (reason === null ? '' : reasonText(reason)),
    },
    {
      id: 'covers',
      header: t('timeline.columns.covers'),
      width: '140px',
      yields: 2,
      cell: ({ covers }) => (covers === null ? '' : t('timeline.coversText', { count: covers.count })),
    },
    {
      id: 'lateness',
      header: t('timeline.columns.lateness'),
      width: '110px',
      align: 'right',
      yields: 1,
      cell: ({ lateness_ms: ms }) => <Duration ms={ms} />,
    },
  ]
}

function AnswerCell({ entry }: { entry: Entry }) {
  const { t } = useTranslation()
  return (
    <span style={{ display: 'inline-flex', gap: 10, alignItems: 'center' }}>
      <span style={{ color: `var(--${OUTCOMES[outcomeOfEntry(entry)].colour})` }}>
        {t(`timeline.answers.${entry.answer}`)}
      </span>
      {hasRun(entry) && <OutcomeBadge outcome={entry.status ?? 'success'} isQuiet />}
    </span>
  )
}
