import { compileSchedule, type FieldError, RotaError, readTask, type ScheduleInput, type TaskInput } from '@rota/core'
import { jobInput, parse, previewInput, runInput, scheduledJobInput, taskChanges, taskInput } from '@rota/protocol'
import { amount } from '@rota/testkit/amount'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openapi } from './index.ts'
import { toTaskChanges } from './routes/job-words.ts'
import { edgesOf } from './testing/edges.ts'
import { type FullSchema, fitsSchema } from './testing/fits-schema.ts'

const { schemas } = (openapi() as { components: { schemas: Record<string, FullSchema> } }).components
const resolve = (ref: string) => schemas[ref.split('/').at(-1)!]!
const isPromised = (name: string, document: unknown) => fitsSchema(document, schemas[name]!, resolve)
const RUNS = { numRuns: amount({ short: 1_000, long: 4_000 }), seed: 20_261_129 }

function errorsOf(work: () => unknown): readonly FieldError[] {
  try {
    work()
    return []
  } catch (error) {
    if (!RotaError.is(error)) throw error
    return error.errors
  }
}

/** What the core finds wrong with a document, its schedules included. */
function coreErrors(document: TaskInput): readonly FieldError[] {
  const errors = errorsOf(() => readTask(document, { defaultTimezone: 'UTC' }))
  if (errors.length > 0) return errors
  const { schedules, timezone } = readTask(document, { defaultTimezone: 'UTC' })
  return schedules.flatMap(({ schedule, timezone: own }) => ruleErrors(schedule, own ?? timezone))
}

function ruleErrors(schedule: ScheduleInput, timezone: string): readonly FieldError[] {
  const isManual = typeof schedule === 'object' && (schedule.type === 'none' || schedule.type === 'dependency')
  return isManual ? [] : errorsOf(() => compileSchedule(schedule, { timezone, hashKey: 'x' }))
}

/** Rules that no schema says: between fields, or of a language of their own. */
const BEYOND_SCHEMAS = [
  /is not an encoding known here/,
  /is only for tasks that start a program/,
  /is larger than \d+ bytes in all/,
  /lies before start_at/,
  /is only for tasks that run on nodes|where the strategy is pinned|does not go together with/,
  /is not an ISO 8601 instant/,
  /contains a NUL character|half of a surrogate pair|field name that is not valid text/,
]
/** Of schedules and nodes: expressions, zones, selectors, dates that the calendar has not, and members that go together or do not. */
const BEYOND_RULES =
  /(^|\.)(expression|timezone|anchor|at|selector)$|Give either|times must be a list|days must be a list|(nth|weekday) needs|An interval (has|is)|must divide a day/

const isBeyond = ({ path, message }: FieldError) =>
  BEYOND_SCHEMAS.some((rule) => rule.test(message)) ||
  path === '' ||
  BEYOND_RULES.test(path) ||
  BEYOND_RULES.test(message)

describe('what the OpenAPI document promises is what is taken', () => {
  test.each(['TaskInput'])('by the core, of %s', (name) => {
    let taken = 0
    fc.assert(
      fc.property(edgesOf(schemas[name]!, resolve), (document) => {
        if (typeof document !== 'object' || document === null || Array.isArray(document)) return
        const wrong = coreErrors(document as TaskInput)
        if (wrong.length === 0) taken++
        if (isPromised(name, document)) expect(wrong.filter((error) => !isBeyond(error))).toEqual([])
        else expect(wrong).not.toEqual([])
      }),
      RUNS,
    )
    expect(taken).toBeGreaterThan(RUNS.numRuns / 10)
  })

  test('by the core, of a job that becomes a task', () => {
    fc.assert(
      fc.property(edgesOf(schemas.ScheduledJobInput!, resolve), (job) => {
        if (!isPromised('ScheduledJobInput', job)) return
        let changes: Partial<TaskInput> = {}
        const missing = errorsOf(() => {
          changes = toTaskChanges(job as never)
        })
        const wrong = missing.length > 0 ? [] : coreErrors(changes as TaskInput)
        expect(wrong.filter((error) => !isBeyond(error))).toEqual([])
      }),
      RUNS,
    )
  })

  const schemaOf = { TaskInput: taskInput, TaskChanges: taskChanges, JobInput: jobInput, RunInput: runInput }
  const all = { ...schemaOf, ScheduledJobInput: scheduledJobInput, PreviewInput: previewInput }
  test.each(Object.entries(all))('by the check of a request, of %s', (name, schema) => {
    fc.assert(
      fc.property(edgesOf(schemas[name]!, resolve), (document) => {
        const wrong = errorsOf(() => parse(schema, document))
        if (isPromised(name, document)) expect(wrong).toEqual([])
      }),
      RUNS,
    )
  })
})
