import { createIds } from '@rota/core'
import { openSqliteStore } from '@rota/engine'
import { createRandom, type Random } from '@rota/testkit'

const HOUR_MS = 3_600_000
/** Of the runs of a task that has not failed yet. */
const FAILING = 0.03

/**
 * Gives every task on an interval a past of some hours, made of executions that it really had, so that pages show what
 * they would after a day at work. The server must be stopped; logs are not copied.
 */
export async function givePast(dataDir: string, hours: number): Promise<void> {
  const random = createRandom(7)
  const store = await openSqliteStore({ folder: dataDir })
  const db = store.kysely
  const schedules = await db
    .selectFrom('schedules as s')
    .innerJoin('schedule_rules as r', 'r.id', 's.rule_id')
    .select(['s.id', 's.task_seq', 'r.body'])
    .execute()
  const ended = await db.selectFrom('execution_history').selectAll().where('status', '<>', 'skipped').execute()
  let seq = Math.max(0, ...ended.map((row) => row.seq))
  const now = Date.now()
  for (const { id: scheduleId, task_seq: taskSeq, body } of schedules) {
    const everyMs = intervalOf(body)
    const model = ended.find((row) => row.task_seq === taskSeq) ?? ended.find((row) => row.status === 'success')
    if (everyMs === null || model === undefined) continue
    const rows: (typeof ended)[number][] = []
    const offset = random.next() * everyMs
    for (let dueAt = now - hours * HOUR_MS + offset; dueAt < now - 60_000; dueAt += everyMs) {
      const run = { ...runLike(model, Math.round(dueAt), everyMs, random), trigger: 'schedule' as const }
      rows.push({ ...run, seq: ++seq, task_seq: taskSeq, schedule_id: scheduleId, requested_by: null })
    }
    for (let from = 0; from < rows.length; from += 500) {
      await db
        .insertInto('execution_history')
        .values(rows.slice(from, from + 500))
        .execute()
    }
  }
  await store.close()
}

interface Ended {
  status: string
  output: string | null
}

/** A run at an instant that might have been: mostly as quick and as successful as others of its task. */
function runLike<Row extends Ended>(model: Row, due: number, everyMs: number, random: Random) {
  const isFailed = model.status === 'failed' ? random.chance(0.4) : random.chance(FAILING)
  const lateMs = Math.round(1 + 12 * random.next() ** 4)
  const lastsMs = Math.round(200 + everyMs * 0.15 * random.next() ** 3)
  return {
    ...model,
    id: createIds(() => due)(),
    status: isFailed ? ('failed' as const) : ('success' as const),
    failure: isFailed ? ('exit_code' as const) : null,
    exit_code: isFailed ? 1 : 0,
    output: isFailed && model.status !== 'failed' ? 'connection reset by peer' : model.output,
    error: isFailed ? 'the program ended with exit code 1' : null,
    due_at: due,
    created_at: due - 5_000,
    started_at: due + lateMs,
    finished_at: due + lateMs + lastsMs,
    attempt: 1,
    attempts: null,
  }
}

function intervalOf(body: string): number | null {
  const { schedule } = JSON.parse(body) as { schedule: { type: string; every?: number; unit?: string } }
  return schedule.type === 'interval' && schedule.unit === 'minutes' ? schedule.every! * 60_000 : null
}
