import { say } from '@rota/core'
import { cursorOf } from '../../planning/answered.ts'
import type { NewExecution } from '../../ports/executions.ts'
import type { Ended } from '../../ports/happenings.ts'
import {
  isStillDue,
  type SaveOptions,
  type SaveResult,
  type ScheduleAnswer,
  type ScheduleRow,
  type TaskRow,
} from '../../ports/tasks.ts'
import type { Contender } from '../decide.ts'
import { answeredOf, type Subject, unrunOf } from '../happened.ts'
import { DELETED, staleVersion, takenName } from '../task-rows.ts'
import { writeAudit } from './audit.ts'
import { askToCancel } from './cancellations.ts'
import type { Session } from './database.ts'
import { answerColumns, executionColumns, keyColumns, stateFor } from './execution-rows.ts'
import type { Outcome } from './group-commit.ts'
import { releaseLimits } from './limits.ts'
import { insertSchedules } from './task-inserts.ts'
import { internRules, savedColumns } from './task-rows.ts'
import { tell } from './telling.ts'
import { columnsOf } from './values.ts'

/** A change of a task as it is asked for. */
export interface TaskSave {
  row: TaskRow
  options: SaveOptions
}

/** A live row, as far as its limits and its end need it. */
export type Holder = Pick<Contender, 'seq' | 'overlap' | 'keys'> & Subject & { admitted: number }

type Unstarted = Holder & {
  state: number
  scheduleId: number | null
  ordinal: number | null
  claimedBy: string | null
}

type OfTask<Row> = Row & { taskSeq: number }

const CLAIMED = 3

/** Whether an instance is told at once what became of what it has in hand; others are asked to give it up. */
export type IsOurs = (instanceId: string) => boolean

/**
 * Changes tasks, each for itself, no task twice; answers what became of each. Schedules are locked first, all in one
 * order, then the rows of tasks, then executions, then limits. What is read about all of them is asked for at once; what
 * stays as it is is not written.
 */
export async function saveTogether(
  tx: Session,
  saves: readonly TaskSave[],
  isOurs: IsOurs,
): Promise<Outcome<SaveResult>[]> {
  const found = await lookAt(tx, saves)
  const accepted = saves.filter(({ row }) => found.isTaken.get(row.seq) === false)
  const { dropped, happened, unplanned, gone } = drop(tx, accepted, found.unstarted, isOurs)
  const planned = addExecutions(tx, accepted)
  if (gone.length > 0) await releaseLimits(tx, gone)
  for (const id of unplanned) planned.set(id, (planned.get(id) ?? 0) - 1)
  // What was answered, or is to be, has changed meanwhile.
  const answers = planned.size === 0 ? found.answers : await askAnswers(tx, accepted)
  await setSchedules(tx, accepted, { schedules: found.schedules, answers, planned })
  const unrun = accepted.flatMap(({ options }) => options.answers)
  if (unrun.length > 0) void tx.run('insert-answers', answerColumns(unrun))
  const keys = accepted.flatMap(({ options }) => options.keys)
  if (keys.length > 0) await tx.run('set-keys', keyColumns(keys))
  writeAudit(
    tx,
    accepted.flatMap(({ options: { audit = [] } }) => audit),
  )
  const results = new Map(
    accepted.map(({ row: { seq }, options }): [number, SaveResult] => {
      const ends = [...(happened.get(seq) ?? []), ...options.answers.map(answeredOf)]
      return [seq, { dropped: dropped.get(seq) ?? [], happened: ends }]
    }),
  )
  await tell(
    tx,
    [...results.values()].flatMap((result) => result.happened),
  )
  return saves.map(({ row }) => {
    const value = results.get(row.seq)
    if (value !== undefined) return { value }
    return { error: found.isTaken.has(row.seq) ? takenName() : staleVersion() }
  })
}

/** Locks all that the changes meet, writes the rows of the tasks, and answers how everything else stands. */
async function lookAt(tx: Session, saves: readonly TaskSave[]) {
  const dropping = saves.filter(({ options }) => options.drop !== 'none')
  const asked = [
    tx.run<OfTask<ScheduleRow>>('lock-schedules-of-tasks', [saves.map(({ row }) => row.seq)]),
    tx.run<{ seq: number; isTaken: boolean }>('save-tasks', savedColumns(saves)),
    dropping.length === 0 ? Promise.resolve([]) : askUnstarted(tx, dropping),
    askAnswers(tx, saves),
  ] as const
  const [schedules, verdicts, unstarted, answers] = await Promise.all(asked)
  return {
    schedules: Map.groupBy(schedules, ({ taskSeq }) => taskSeq),
    /** Only of tasks whose version was the expected one. */
    isTaken: new Map(verdicts.map(({ seq, isTaken }) => [seq, isTaken])),
    unstarted: Map.groupBy(unstarted, ({ taskSeq }) => taskSeq!),
    answers,
  }
}

/** Some more than those that go, where some changes take away more than others. */
function askUnstarted(tx: Session, saves: readonly TaskSave[]) {
  const onlyPlanned = saves.every(({ options }) => options.drop === 'future')
  return tx.run<Unstarted>('lock-unstarted', [saves.map(({ row }) => row.seq), onlyPlanned, earliest(saves)])
}

const earliest = (saves: readonly TaskSave[]) =>
  saves.reduce((first, { options: { now } }) => Math.min(first, now), Infinity)

type Answers = ReadonlyMap<number, ScheduleAnswer[]>

/** What lies after the first of the changes and is answered, by schedules. */
async function askAnswers(tx: Session, saves: readonly TaskSave[]): Promise<Answers> {
  const scheduled = saves.filter(({ options }) => options.schedules !== null && options.schedules.length > 0)
  if (scheduled.length === 0) return new Map()
  const values = [scheduled.map(({ row }) => row.seq), earliest(scheduled) + 1]
  return Map.groupBy(await tx.run<ScheduleAnswer>('answered-of-tasks', values), ({ scheduleId }) => scheduleId)
}

/** What goes because tasks change. */
interface Dropped {
  /** By tasks: what was claimed, and what has ended. */
  dropped: Map<number, number[]>
  happened: Map<number, Ended[]>
  /** The schedules of occurrences that are as if they had never been planned, one for each. */
  unplanned: number[]
  /** All that went, with what they held. */
  gone: Holder[]
}

/**
 * Removes what has not started. What was due already keeps its answer in the ledger; what was still to come is as if it
 * had never been planned. What another instance has in hand may start before it hears of the change: its row stays, and
 * with it the answer. Where it is due after the change too, it just runs.
 */
function drop(
  tx: Session,
  saves: readonly TaskSave[],
  unstarted: ReadonlyMap<number, readonly Unstarted[]>,
  isOurs: IsOurs,
): Dropped {
  const all: Dropped = { dropped: new Map(), happened: new Map(), unplanned: [], gone: [] }
  const removed: number[] = []
  for (const save of saves) {
    const rows = unstarted.get(save.row.seq)
    if (rows === undefined) continue
    const { own, toCome, answered } = sortOut(tx, save, rows, isOurs)
    end(tx, answered, save.options.now)
    removed.push(...toCome.map((row) => row.seq))
    all.unplanned.push(...toCome.map((row) => row.scheduleId).filter((id) => id !== null))
    all.gone.push(...own)
    const claimed = own.filter((row) => row.state === CLAIMED)
    all.dropped.set(
      save.row.seq,
      claimed.map((row) => row.seq),
    )
    all.happened.set(
      save.row.seq,
      answered.map((row) => unrunOf(row, 'cancelled', DELETED, save.options.now)),
    )
  }
  if (removed.length > 0) void tx.run('delete-executions', [removed])
  if (all.unplanned.length > 0) void tx.run('count-planned', [all.unplanned, -1])
  return all
}

/** Which of a task's rows go, and how; others are asked for what they have in hand. */
function sortOut(tx: Session, { options }: TaskSave, rows: readonly Unstarted[], isOurs: IsOurs) {
  const { schedules, now } = options
  const isPlanned = (row: Unstarted) => row.trigger === 'schedule' && row.attempt === 1 && row.dueAt > now
  const going = rows.filter((row) => options.drop === 'all' || (options.drop === 'future' && isPlanned(row)))
  const isElsewhere = ({ claimedBy }: Unstarted) => claimedBy !== null && !isOurs(claimedBy)
  const unwanted = going.filter((row) => isElsewhere(row) && (options.drop === 'all' || !isStillDue(row, schedules)))
  const seqs = unwanted.map((row) => row.seq)
  askToCancel(tx, seqs, { reason: say`the task was changed before it started`, ifUnstarted: true, now })
  const own = going.filter((row) => !isElsewhere(row))
  const isToCome = (row: Unstarted) => row.trigger === 'schedule' && row.dueAt > now
  return { own, toCome: own.filter(isToCome), answered: own.filter((row) => !isToCome(row)) }
}

function end(tx: Session, rows: readonly Unstarted[], now: number): void {
  if (rows.length === 0) return
  const columns = columnsOf(rows, [(row) => row.seq, () => DELETED, () => 'cancelled'])
  void tx.run('end-unrun', [...columns, now])
}

/** Adds executions; answers how many by schedules. */
function addExecutions(tx: Session, saves: readonly TaskSave[]): Map<number, number> {
  const nows = new Map<NewExecution, number>()
  for (const { options } of saves) for (const row of options.executions) nows.set(row, options.now)
  const rows = [...nows.keys()]
  if (rows.length === 0) return new Map()
  const columns = executionColumns(rows, (row) => stateFor(row.runAt, nows.get(row)!))
  void tx.run('insert-executions', [...columns, null, null])
  const schedules = rows.map((row) => row.scheduleId).filter((id) => id !== null)
  if (schedules.length > 0) void tx.run('count-planned', [schedules, 1])
  return new Map([...Map.groupBy(schedules, (id) => id)].map(([id, all]) => [id, all.length]))
}

/** How the schedules of tasks stand. */
interface Standing {
  schedules: ReadonlyMap<number, readonly ScheduleRow[]>
  answers: Answers
  /** By how much the counts of planned occurrences have changed since the schedules were read. */
  planned: ReadonlyMap<number, number>
}

interface SetSchedule {
  taskSeq: number
  ordinal: number
  body: string
  nextDueAt: number | null
}
type ChangedSchedule = Omit<SetSchedule, 'taskSeq' | 'ordinal'> & { old: ScheduleRow; answeredTo: number }

async function setSchedules(tx: Session, saves: readonly TaskSave[], standing: Standing): Promise<void> {
  const fresh: SetSchedule[] = []
  const changed: ChangedSchedule[] = []
  for (const save of saves) {
    const { schedules: wanted } = save.options
    if (wanted === null) continue
    const taskSeq = save.row.seq
    compare(save, standing, { fresh, changed })
    const isSurplus = standing.schedules.get(taskSeq)?.some(({ ordinal }) => ordinal >= wanted.length)
    if (isSurplus) void tx.run('delete-schedules', [taskSeq, wanted.length])
  }
  const known = new Map(changed.map(({ old }) => [old.body, old.ruleId]))
  const bodies = [...fresh, ...changed].map(({ body }) => body).filter((body) => !known.has(body))
  const rules = bodies.length > 0 ? await internRules(tx, bodies) : new Map<string, number>()
  const ruleOf = (body: string) => known.get(body) ?? rules.get(body)!
  insertSchedules(
    tx,
    fresh.map(({ body, ...schedule }) => ({ ...schedule, ruleId: ruleOf(body) })),
  )
  if (changed.length === 0) return
  const columns = columnsOf(changed, [
    ({ old }) => old.id,
    ({ body }) => ruleOf(body),
    ({ nextDueAt }) => nextDueAt,
    ({ answeredTo }) => answeredTo,
  ])
  void tx.run('update-schedules', columns)
}

/** Which schedules of a task are new, and which are to be written because they come to stand otherwise. */
function compare(
  { row: { seq: taskSeq }, options: { schedules, now } }: TaskSave,
  standing: Standing,
  { fresh, changed }: { fresh: SetSchedule[]; changed: ChangedSchedule[] },
): void {
  const stored = new Map(standing.schedules.get(taskSeq)?.map((row) => [row.ordinal, row]))
  for (const { ordinal, body, next } of schedules ?? []) {
    const old = stored.get(ordinal)
    if (old === undefined) {
      fresh.push({ taskSeq, ordinal, body, nextDueAt: next(now, 0) })
      continue
    }
    const answers = standing.answers.get(old.id)?.filter(({ to }) => to > now) ?? []
    const planned = old.planned + (standing.planned.get(old.id) ?? 0)
    const { cursor: nextDueAt, answeredTo } = cursorOf({ next }, { id: old.id, planned }, { now, answers })
    const isBehind = old.lastDueAt === null || old.lastDueAt <= answeredTo
    if (body === old.body && nextDueAt === old.nextDueAt && isBehind) continue
    changed.push({ body, nextDueAt, old, answeredTo })
  }
}
