import { join } from 'node:path'
import type { OracleSchedule, TaskFacts } from '@rota/testkit/chronocheck'
import type { ServerProcess } from '@rota/testkit/cluster'

/** A task under load: as the server is told of it, and as the checker is. */
export interface LoadTask {
  input: Record<string, unknown> & { name: string }
  facts: Omit<TaskFacts, 'id' | 'name' | 'definitions'> & { schedule: OracleSchedule }
}

/** In the environment of every process that a task of the load starts. */
export const LOAD_MARK = 'E2E_LOAD'

const EVERY_SECOND: OracleSchedule = { kind: 'fields', fields: '* * * * * *' }
/** Intervals are anchored in the past, on a whole minute. */
const ANCHOR = Date.UTC(2026, 0, 1)

const WITNESS = join(import.meta.dirname, 'witness.sh')
/** Testifies, works, testifies how that ended. */
export const testify = (work: string) => `${WITNESS} start\n${work}\ncode=$?\n${WITNESS} end $code\nexit $code`

export interface LoadOptions {
  /** The file of the testimonies. */
  witness: string
  /** Tells the processes of this load from others. */
  mark: string
}

/** Makes tasks that testify in one file and carry one mark. */
export function taskMaker({ witness, mark }: LoadOptions) {
  const env = (name: string) => ({ E2E_WITNESS: witness, E2E_TASK: name, [LOAD_MARK]: mark })
  const seconds = (every: number) => ({
    told: { type: 'interval', every, unit: 'seconds', anchor: new Date(ANCHOR).toISOString() },
    known: { kind: 'interval', anchorMs: ANCHOR, everyMs: every * 1_000 } as OracleSchedule,
  })
  const many = { overlap: 'allow', max: 1_000 }

  const task = (
    name: string,
    schedule: { told: unknown; known: OracleSchedule },
    command: string,
    { input, facts }: { input?: Record<string, unknown>; facts?: Partial<LoadTask['facts']> } = {},
  ): LoadTask => ({
    input: {
      name,
      type: 'shell',
      command,
      env: env(name),
      schedule: schedule.told,
      timezone: 'UTC',
      concurrency: many,
      misfire: { policy: 'run_once', grace_seconds: 3_600 },
      ...input,
    },
    facts: {
      schedule: schedule.known,
      overlap: 'allow',
      maxAttempts: 1,
      testifies: true,
      graceMs: 3_600_000,
      ...facts,
    },
  })
  return { env, seconds, task }
}

/** Tasks of every kind that a crash could harm: many, slow, failing, exclusive, noisy, and some that do not want to die. */
export function loadTasks(options: LoadOptions): LoadTask[] {
  const { seconds, task } = taskMaker(options)
  const { mark } = options
  const each = { told: '* * * * * *', known: EVERY_SECOND }
  const policies = ['run_once', 'skip', 'run_all'].map((policy) =>
    task(`tick ${policy}`, each, testify('true'), {
      input: { misfire: { policy, grace_seconds: 1 } },
      facts: { graceMs: 1_000 },
    }),
  )
  return [
    ...policies,
    task('tick graceful', each, testify('true')),
    task('retry', seconds(2), testify('[ "$ROTA_ATTEMPT" -ge 2 ]'), {
      input: { retry: { max_attempts: 3, delay_seconds: 1, backoff: 'fixed', on: ['exit_code', 'lost'] } },
      facts: { maxAttempts: 3 },
    }),
    task('slow', each, testify('sleep 2.5'), {
      input: { concurrency: { max: 1, overlap: 'skip' } },
      facts: { overlap: 'skip' },
    }),
    ...['a', 'b'].map((name) =>
      task(`mutex ${name}`, seconds(4), testify('sleep 1'), {
        input: { concurrency: { max: 10, overlap: 'queue', key: `e2e ${mark}`, key_max: 1 } },
        facts: { overlap: 'queue', exclusive: 'mutex' },
      }),
    ),
    task('noisy', seconds(3), testify('seq 1 3000; seq 1 300 >&2')),
    task(
      'sleeper',
      { told: '*/7 * * * * *', known: { kind: 'fields', fields: '*/7 * * * * *' } },
      `${WITNESS} start\nsetsid sleep 900 &\n(sleep 901 &)\nsleep 902`,
      { input: { timeout_seconds: 5, kill_grace_seconds: 1 }, facts: { testifies: false } },
    ),
    task('stubborn', seconds(5), testify(`trap '' TERM\nsetsid sh -c 'trap "" TERM; sleep 903' &\ntrue`), {
      input: { kill_grace_seconds: 1 },
    }),
    task('minute', { told: '* * * * *', known: { kind: 'fields', fields: '0 * * * * *' } }, testify('true')),
  ]
}

/** Makes the tasks and answers their facts. */
export async function createLoad(server: ServerProcess, tasks: readonly LoadTask[]): Promise<TaskFacts[]> {
  const made: TaskFacts[] = []
  for (const { input, facts } of tasks) {
    const from = Date.now()
    const { id } = await server.ask<{ id: string }>('POST', '/api/scheduler/tasks', input)
    const { schedule, ...others } = facts
    const since = { from, to: Date.now() }
    made.push({ ...others, id, name: input.name, definitions: [{ schedule, since, isCertain: true }] })
  }
  return made
}

/** Disables the tasks; from then on nothing is due. */
export async function endLoad(server: ServerProcess, tasks: readonly TaskFacts[]): Promise<void> {
  for (const task of tasks) {
    const from = Date.now()
    await server.ask('POST', `/api/scheduler/tasks/${task.id}/disable`)
    task.definitions.push({ schedule: null, since: { from, to: Date.now() }, isCertain: true })
  }
}
