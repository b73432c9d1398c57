import type { OracleSchedule } from '@rota/testkit/chronocheck'
import { type LoadOptions, type LoadTask, loadTasks, taskMaker, testify } from '../load.ts'

/** Longer than a lease, so that taking over and letting go meet it at work. */
const LONG_SECONDS = 25

/** The load of the kill test, and what only matters where there are several servers. */
export function chaosTasks(options: LoadOptions): LoadTask[] {
  const { seconds, task } = taskMaker(options)
  return [
    ...loadTasks(options),
    task('replace', seconds(3), testify('sleep 4'), {
      input: { concurrency: { max: 1, overlap: 'replace' }, kill_grace_seconds: 1 },
      facts: { overlap: 'replace' },
    }),
    task('long', seconds(20), testify(`sleep ${LONG_SECONDS}`), {
      input: { retry: { max_attempts: 4, delay_seconds: 1, backoff: 'fixed', on: ['lost'] } },
      facts: { maxAttempts: 4 },
    }),
  ]
}

/** Tasks that are paused, resumed and changed all the while. */
export function changingTasks(options: LoadOptions): LoadTask[] {
  const { task } = taskMaker(options)
  const fields = '*/2 * * * * *'
  const known: OracleSchedule = { kind: 'fields', fields }
  return ['a', 'b'].map((name) => task(`changing ${name}`, { told: fields, known }, testify('true')))
}

/** What a job without a task does. */
export function jobCommand(options: LoadOptions): (name: string) => Record<string, unknown> {
  const { env } = taskMaker(options)
  return (name) => ({ type: 'shell', payload: { command: testify('true') }, env: env(name) })
}
