import {
  compileSchedule,
  describe,
  drawsFromKey,
  type FieldError,
  inDialect,
  invalid,
  KEY_MISSING,
  meaningNotes,
  RotaError,
  type Scope,
  say,
  whyNeverFires,
} from '@rota/core'
import type { PreviewInput, Schedules } from '../api/schedules.ts'
import { jitterBefore, jitteredAt } from '../planning/occurrence.ts'
import { compileRule, type RuleBody } from '../planning/rule.ts'
import type { UseCaseContext } from './context.ts'

const MOST_INSTANTS = 1000
const USUAL_INSTANTS = 10
/** How far ahead daylight-saving notes look, in ms. */
const NOTES_AHEAD_MS = 366 * 86_400_000
/** Stands for the key of a task that has none yet; what is drawn from it is told to be an example. */
const NO_KEY = 'preview'
const FAR_FUTURE = 8.64e15

/** Questions about schedules: what would this one do, what comes next. */
export function createSchedules(context: UseCaseContext): Schedules {
  return {
    preview(input) {
      const errors: FieldError[] = []
      const from = instant(input.from, 'from', errors) ?? context.clock.now()
      const to = instant(input.to, 'to', errors) ?? FAR_FUTURE
      const startAt = instant(input.start_at, 'start_at', errors)
      const endAt = instant(input.end_at, 'end_at', errors)
      const usual = input.to === undefined ? USUAL_INSTANTS : MOST_INSTANTS
      const count = Math.min(Math.max(input.count ?? usual, 1), MOST_INSTANTS)
      if (errors.length > 0) throw invalid(errors)
      const schedule = compilePreview(() =>
        compileSchedule(inDialect(input.schedule, input.dialect), {
          timezone: input.timezone ?? context.defaultTimezone,
          dst: input.dst,
          startAt,
          endAt,
          hashKey: input.key ?? input.name ?? NO_KEY,
          createdAt: from,
        }),
      )
      const why = whyNeverFires(schedule, Math.min(from, context.clock.now()), { startAt, endAt })
      if (why !== null) throw invalid([{ path: 'schedule', message: why }])
      const next = schedule.between(from, to, count)
      const last = next.at(-1) ?? from
      const changes = schedule.notes(from, Math.max(last + 1, Math.min(from + NOTES_AHEAD_MS, to)))
      const isKeyless = (input.key ?? input.name) === undefined && drawsFromKey(input.schedule)
      return {
        cron: schedule.cron,
        timezone: schedule.timezone,
        words: { en: describe(schedule, 'en'), zh: describe(schedule, 'zh') },
        next: next.map((at) => new Date(at).toISOString()),
        notes: [
          ...(isKeyless ? [{ at: null, ...KEY_MISSING }] : []),
          ...meaningNotes(schedule).map((note) => ({ at: null, ...note })),
          ...changes.map((n) => ({ at: new Date(n.transitionAt).toISOString(), en: n.en, zh: n.zh })),
        ],
      }
    },

    async upcoming(caller, { to, limit, task_id }) {
      const now = context.clock.now()
      const errors: FieldError[] = []
      const until = instant(to, 'to', errors) ?? now + 86_400_000
      if (errors.length > 0) throw invalid(errors)
      const most = Math.min(Math.max(limit ?? 100, 1), MOST_INSTANTS)
      const rows = await cursors(caller.scope, until, most, task_id)
      // No schedule beyond the first `most` cursors can be among the first `most` occurrences.
      const found = rows.flatMap(({ ruleBody, nextDueAt, ...whose }) => {
        const rule = compileRule(JSON.parse(ruleBody) as RuleBody)
        return rule.schedule.between(Math.max(nextDueAt, now), until, most).map((at) => ({ at, rule, ...whose }))
      })
      found.sort((a, b) => a.at - b.at)
      return found.slice(0, most).map(({ at, rule, scheduleId, taskId, taskName }) => ({
        task_id: taskId,
        task_name: taskName,
        due_at: new Date(at).toISOString(),
        jittered_at: new Date(jitteredAt(scheduleId, rule, at)).toISOString(),
      }))
    },

    async jittered(caller, { to: _, ...input }, next, taskId) {
      const { key, mostMs } = await jitterOf(caller.scope, input, taskId)
      if (mostMs === 0) return next
      if (key === undefined) return null
      const dues = next.map((at) => Date.parse(at))
      const last = dues.at(-1)
      const after = last === undefined ? [] : this.preview({ ...input, from: isoAfter(last), count: 1 }).next
      const following = [...dues.slice(1), after[0] === undefined ? null : Date.parse(after[0])]
      return dues.map((dueAt, i) => {
        return new Date(dueAt + jitterBefore(key, { mostMs, dueAt, next: following[i]! })).toISOString()
      })
    },
  }

  /** What jitter is drawn from, and how long it is at most: of a draft, or of a task that a draft changes. */
  async function jitterOf(
    scope: Scope,
    { key, name, jitter_seconds: seconds }: Pick<PreviewInput, 'key' | 'name' | 'jitter_seconds'>,
    taskId: string | undefined,
  ): Promise<{ key: string | undefined; mostMs: number }> {
    const draft = { key: key ?? name, mostMs: (seconds ?? 0) * 1000 }
    if (taskId === undefined) return draft
    const task = await context.tasks.byId(taskId, scope)
    if (task === null) throw new RotaError('not_found', say`There is no task ${taskId}.`)
    const [first] = await context.tasks.schedules(task.seq)
    const body = first && (JSON.parse(first.body) as RuleBody)
    if (first === undefined || body === undefined || body.jitterMs === 0)
      return { ...draft, key: draft.key ?? task.name }
    const own = body.jitterKey === undefined ? String(first.id) : (draft.key ?? body.jitterKey)
    return { key: own, mostMs: seconds === undefined ? body.jitterMs : seconds * 1000 }
  }

  /** What is due next, earliest first. Throws `not_found`. */
  async function cursors(scope: Scope, until: number, limit: number, taskId: string | undefined) {
    const isMissing = taskId !== undefined && (await context.tasks.byId(taskId, scope)) === null
    if (isMissing) throw new RotaError('not_found', say`There is no task ${taskId}.`)
    return context.queries.cursors({ until, limit, taskId }, scope)
  }
}

const isoAfter = (at: number) => new Date(at + 1).toISOString()

/** The field that is wrong lies inside `schedule`, unless it is one of its neighbours. */
function compilePreview<T>(compile: () => T): T {
  try {
    return compile()
  } catch (error) {
    if (!RotaError.is(error) || error.errors.length === 0) throw error
    const neighbours = /^(timezone|start_at|end_at|dst)/
    throw invalid(
      error.errors.map((e) => ({
        ...e,
        path: neighbours.test(e.path) ? e.path : e.path === '' ? 'schedule' : `schedule.${e.path}`,
      })),
    )
  }
}

function instant(text: string | null | undefined, path: string, errors: FieldError[]): number | null {
  if (text === undefined || text === null) return null
  const at = Date.parse(text)
  if (!Number.isNaN(at)) return at
  errors.push({ path, message: say`is not an ISO 8601 instant such as 2026-12-31T23:00:00Z.` })
  return null
}
