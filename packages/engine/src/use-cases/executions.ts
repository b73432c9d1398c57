import {
  type ExecutionView,
  effectiveExecution,
  findSecretReferences,
  invalid,
  isFinal,
  notFound,
  RotaError,
  readTask,
  say,
} from '@rota/core'
import type { Actor, Executions, JobInput, RunView } from '../api.ts'
import { namedKey } from '../planning/limits.ts'
import { newExecution } from '../planning/new-execution.ts'
import type { NewExecution } from '../ports/executions.ts'
import type { UnfinishedLine } from '../ports/tails.ts'
import { unfinishedView } from '../views/execution-view.ts'
import { jobAsTask } from '../work.ts'
import type { UseCaseContext } from './context.ts'
import { explainExecution } from './explain.ts'
import { followLog } from './follow-log.ts'
import { newExecutionView } from './new-execution-view.ts'

/** Most jobs in one batch. */
const MOST_JOBS = 10_000

interface PreparedJob {
  row: NewExecution
  keys: { key: string; max: number }[]
  /** As it reads the moment it was made. */
  view: () => ExecutionView
}

/** Everything people do with executions and jobs without a task. */
export function createExecutions(
  context: UseCaseContext,
  runTask: (actor: Actor, id: string, overrides: string | null) => Promise<RunView>,
): Executions {
  const { clock, details, executions, queries, logs } = context

  async function view(actor: Actor, id: string): Promise<ExecutionView> {
    const found = await queries.execution(id, actor.tenantId)
    if (found === null) throw notFound('execution', id)
    if (found.status !== 'running') return found
    return { ...found, progress: context.progressOf(id), unfinished: unfinishedView(context.tails.unfinished(id)) }
  }

  async function prepare(actor: Actor, job: JobInput): Promise<PreparedJob> {
    if (actor.mayEdit !== true) {
      throw new RotaError('forbidden', say`A job brings its own code: it needs the permission "edit".`)
    }
    const { payload, params = {}, env = {} } = job
    const executor = context.executors.get(job.type)
    const vain = [
      ...findSecretReferences({ payload, params, env }),
      ...(executor?.checkSettings?.({ env, params }) ?? []),
    ]
    if (vain.length > 0) throw invalid(vain)
    const task = readTask(jobAsTask(job), { defaultTimezone: context.defaultTimezone })
    const errors =
      executor === undefined
        ? [
            {
              path: 'type',
              message: say`is ${JSON.stringify(job.type)}; this server runs ${[...context.executors.keys()].join(', ')}.`,
            },
          ]
        : await executor.validate(task.payload)
    if (errors.length > 0) {
      const located = executor ? errors.map((e) => ({ ...e, path: `payload.${e.path}` })) : errors
      throw new RotaError('invalid', `${located[0]!.path}: ${located[0]!.message}`, located)
    }
    const now = clock.now()
    const runAt = instantOf(job.run_at) ?? now
    const { key, key_max } = task.concurrency
    const row = newExecution(
      {
        id: context.nextId(),
        tenantId: actor.tenantId,
        trigger: 'api',
        requestedBy: actor.name,
        dueAt: runAt,
        priority: task.priority,
        createdAt: now,
        keys: context.limits.keysFor(null, key),
        job: JSON.stringify({ ...job, payload: task.payload, ...(task.retry && { retry: task.retry }) }),
      },
      context.priorityStepMs,
    )
    const effective = effectiveExecution(task, context.defaults)
    const facts = { taskId: null, taskName: job.name ?? null, type: job.type, effective }
    const keys = key === null ? [] : [{ key: namedKey(key), max: key_max }]
    return { row, keys, view: () => newExecutionView(row, { ...facts, params: task.params }) }
  }

  async function cancel(actor: Actor, id: string): Promise<ExecutionView> {
    const before = await view(actor, id)
    const reason = actor.name === null ? 'cancelled' : say`cancelled by ${actor.name}`
    const { cancelled, held } = await executions.cancelUnclaimed([id], clock.now(), reason)
    for (const { seq } of held) context.cancelHere(seq, reason)
    if (cancelled.length === 0 && held.length === 0 && isFinal(before.status)) {
      throw new RotaError('conflict', say`The execution has already ended: ${before.status}.`)
    }
    return view(actor, id)
  }

  return {
    async submit(actor, job, options) {
      const prepared = await prepare(actor, job)
      if (options?.idempotencyKey) {
        const idempotency = { scope: `job:${actor.name ?? ''}`, key: options.idempotencyKey }
        const { earlier } = await executions.enqueue([prepared.row], {
          now: clock.now(),
          keys: prepared.keys,
          idempotency,
        })
        if (earlier !== null) return view(actor, earlier)
        context.expectFrom(prepared.row.runAt)
      } else {
        await context.enqueue([prepared.row], prepared.keys)
      }
      context.emit({ type: 'execution_created', id: prepared.row.id, taskId: null, trigger: 'api' })
      return prepared.view()
    },

    async submitMany(actor, jobs) {
      if (jobs.length > MOST_JOBS) {
        throw new RotaError('too_large', say`A batch holds at most ${MOST_JOBS} jobs. Send them in several requests.`)
      }
      const prepared: PreparedJob[] = []
      for (const [i, job] of jobs.entries()) {
        prepared.push(
          await prepare(actor, job).catch((error) => {
            throw ofJob(i, error)
          }),
        )
      }
      if (prepared.length > 0) {
        await context.enqueue(
          prepared.map((p) => p.row),
          prepared.flatMap((p) => p.keys),
        )
      }
      for (const { row } of prepared)
        context.emit({ type: 'execution_created', id: row.id, taskId: null, trigger: 'api' })
      return prepared.map(({ row }) => ({ id: row.id, status: 'pending' }))
    },

    get: view,
    list: (actor, filter) => queries.executions(filter, actor.tenantId),
    cancel,

    async rerun(actor, id) {
      await view(actor, id)
      const source = await details.source(id)
      if (source === null) throw notFound('execution', id)
      if (source.taskId !== null) return runTask(actor, source.taskId, source.job)
      if (actor.mayEdit !== true) {
        const reason = say`The job has no task, so that running it again is running code of its own: it needs the permission "edit".`
        throw new RotaError('forbidden', reason)
      }
      const { run_at: _, ...job } = JSON.parse(source.job!) as JobInput
      return { ...(await this.submit(actor, job)), waits_for: null, replaces: [] }
    },

    async remove(actor, id) {
      const found = await view(actor, id)
      if (!isFinal(found.status)) throw new RotaError('conflict', say`The execution has not ended. Cancel it first.`)
      await details.forget(id)
      await logs.remove([id])
    },

    async explain(actor, id) {
      const found = await view(actor, id)
      return explainExecution(found, await details.waiting(id), clock.now())
    },

    async logs(actor, id, query) {
      await view(actor, id)
      return logs.read(id, query)
    },

    async *follow(actor, id, from, signal, onUnfinished) {
      await view(actor, id)
      const isOver = async () => {
        const found = await queries.execution(id, actor.tenantId)
        return found === null || isFinal(found.status)
      }
      const elsewhere = context.elsewhere && { ...context.elsewhere, isHere: () => context.isRunningHere(id) }
      const tell = onUnfinished && ((line: UnfinishedLine | null) => onUnfinished(unfinishedView(line)))
      const options = { id, from, signal, isFinal: isOver, clock, onUnfinished: tell }
      yield* followLog(logs, context.tails, elsewhere === null ? options : { ...options, elsewhere })
    },
  }
}

/** An error of one job of a batch, with the job's index before each path: `[3].payload.command`. */
function ofJob(index: number, error: unknown): unknown {
  if (!RotaError.is(error) || error.errors.length === 0) return error
  return invalid(
    error.errors.map((each) => ({ ...each, path: each.path === '' ? `[${index}]` : `[${index}].${each.path}` })),
  )
}

function instantOf(text: string | undefined): number | null {
  if (text === undefined) return null
  const instant = Date.parse(text)
  if (Number.isNaN(instant)) {
    const message = say`is not an ISO 8601 instant such as 2026-12-31T23:00:00Z.`
    throw new RotaError('invalid', say`run_at: ${message}`, [{ path: 'run_at', message }])
  }
  return instant
}
