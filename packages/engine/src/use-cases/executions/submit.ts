import {
  type AuditDraft,
  type Audited,
  type Caller,
  drafted,
  type ExecutionView,
  effectiveExecution,
  type FieldError,
  invalid,
  may,
  RotaError,
  readTask,
  say,
  secretProblems,
  type TaskDefinition,
  taskFields,
  tenantOf,
} from '@rota/core'
import type { Executions, JobInput } from '../../api/executions.ts'
import { namedKey } from '../../planning/limits.ts'
import { newExecution } from '../../planning/new-execution.ts'
import type { NewExecution } from '../../ports/executions.ts'
import type { StoredJob } from '../../work.ts'
import { jobAsTask } from '../../work.ts'
import { askerOf } from '../asker.ts'
import type { UseCaseContext } from '../context.ts'
import { payloadErrors } from '../payload-errors.ts'
import { requireNodes } from '../permission.ts'
import { requireSecrets } from '../secrets.ts'
import type { ExecutionDesk } from './execution-desk.ts'
import { newExecutionView } from './new-execution-view.ts'

/** A job lies in no group. */
const NOWHERE = { id: null, group: null }
/** Most jobs in one batch. */
const MOST_JOBS = 10_000

interface PreparedJob {
  row: NewExecution
  keys: { key: string; max: number }[]
  /** As it reads the moment it was made. */
  view: () => ExecutionView
}

/** Adding jobs, which have no task. */
export function createSubmission(
  context: UseCaseContext,
  desk: ExecutionDesk,
): Pick<Executions, 'submit' | 'submitMany'> {
  const { clock, executions } = context

  function unknownType(type: string): FieldError {
    const known = [...context.executors.keys()].join(', ')
    return { path: 'type', message: say`is ${JSON.stringify(type)}; this server runs ${known}.` }
  }

  async function prepare(caller: Caller, job: JobInput): Promise<PreparedJob> {
    if (!may(caller, 'edit', 'task')) {
      throw new RotaError('forbidden', say`A job brings its own code: it needs the permission "edit".`, [], {
        may: 'edit',
        on: 'task',
      })
    }
    const { payload, params = {}, env = {} } = job
    const tenantId = tenantOf(caller.scope)
    const executor = context.executors.get(job.type)
    const vain = [...secretProblems({ payload, params, env }), ...(executor?.checkSettings?.({ env, params }) ?? [])]
    if (vain.length > 0) throw invalid(vain)
    const task = readTask(jobAsTask(job), { defaultTimezone: context.defaultTimezone })
    const errors = executor === undefined ? [unknownType(job.type)] : await payloadErrors(executor, task)
    if (errors.length > 0) {
      const located = executor ? errors.map((e) => ({ ...e, path: `payload.${e.path}` })) : errors
      throw new RotaError('invalid', `${located[0]!.path}: ${located[0]!.message}`, located)
    }
    requireNodes(caller, job, NOWHERE)
    await requireSecrets(context, caller, {
      document: { payload, params, env },
      place: NOWHERE,
      tenantId,
    })
    await context.policies.requireComplying(caller, task, tenantId)
    const now = clock.now()
    const runAt = instantOf(job.run_at) ?? now
    const { key, key_max } = task.concurrency
    const row = newExecution(
      {
        id: context.nextId(),
        tenantId,
        trigger: 'api',
        requestedBy: caller.name,
        dueAt: runAt,
        priority: task.priority,
        createdAt: now,
        keys: context.limits.keysFor(null, key, tenantId),
        ...(task.target.kind === 'node' && { waitsForNode: true }),
        job: JSON.stringify(storedJob(job, task, tenantId)),
      },
      context.priorityStepMs,
    )
    const effective = effectiveExecution(task, context.defaults)
    const facts = { taskId: null, taskName: job.name ?? null, taskGroup: null, type: job.type, effective }
    const keys = key === null ? [] : [{ key: namedKey(key, tenantId), max: key_max }]
    return { row, keys, view: () => newExecutionView(row, { ...facts, params: task.params }) }
  }

  return {
    async submit(caller, job, options) {
      const prepared = await prepare(caller, job)
      if (options?.idempotencyKey) {
        const idempotency = { scope: `job:${askerOf(caller)}`, key: options.idempotencyKey }
        const { earlier } = await executions.enqueue([prepared.row], {
          now: clock.now(),
          keys: prepared.keys,
          idempotency,
        })
        if (earlier !== null) return desk.view(caller, earlier)
        context.expectFrom(prepared.row.runAt)
      } else {
        await context.enqueue([prepared.row], prepared.keys)
      }
      context.emit({ type: 'execution_created', id: prepared.row.id, taskId: null, trigger: 'api' })
      await context.audit(submitted(caller, prepared.row, { after: taskFields({ ...job }) }))
      return prepared.view()
    },

    async submitMany(caller, jobs) {
      if (jobs.length > MOST_JOBS) {
        throw new RotaError('too_large', say`A batch holds at most ${MOST_JOBS} jobs. Send them in several requests.`)
      }
      const prepared: PreparedJob[] = []
      for (const [i, job] of jobs.entries()) {
        prepared.push(
          await prepare(caller, job).catch((error) => {
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
      const [first] = prepared
      if (first !== undefined) await context.audit(submitted(caller, first.row, { detail: { jobs: prepared.length } }))
      return prepared.map(({ row }) => ({ id: row.id, status: 'pending' }))
    },
  }
}

/** That somebody had a job run, or several of which `row` is the first. */
function submitted(caller: Caller, row: NewExecution, told: Pick<Audited, 'after' | 'detail'>): AuditDraft {
  return drafted(caller, { kind: 'execution', id: row.id, action: 'submitted', ...told }, row.createdAt)
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

/** A job as it is kept, with whose it is. */
function storedJob(job: JobInput, { payload, retry }: TaskDefinition, tenantId: string | null): StoredJob {
  return { ...job, payload, ...(retry && { retry }), ...(tenantId !== null && { tenant_id: tenantId }) }
}
