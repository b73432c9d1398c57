import { EVERYTHING, type LedgerAnswer } from '@rota/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RuleBody } from '../../../planning/rule.ts'
import type { LedgerQuery, Queries } from '../../../ports/queries.ts'
import { ledgerEntries } from '../../../views/ledger-view.ts'
import { createRuleBook } from '../../../views/rule-book.ts'
import { createQueries } from '../../queries/queries.ts'
import { HOUR, idOf, MINUTE, openSample, type Sample, START } from './sample-history.ts'

let sample: Sample
let queries: Queries
let task_seq: number
let schedule_id: number
const rules = createRuleBook()

const HOURLY: Partial<RuleBody> = {
  schedule: '0 * * * *',
  timezone: 'UTC',
  gap: 'run_after',
  repeat: 'first',
  key: null,
}

beforeEach(() => {
  sample = openSample()
  queries = createQueries(sample.kysely, () => START)
  task_seq = sample.task({ definition: '{"type":"shell","misfire":{"grace_seconds":30}}' })
  schedule_id = sample.schedule(task_seq, { body: JSON.stringify(HOURLY) })
})
afterEach(() => sample.close())

async function entriesOf(query: LedgerQuery) {
  const { rows } = await queries.ledger(query, EVERYTHING)
  return rows.flatMap((row) => ledgerEntries(row, rules, query.answer))
}
const answersOf = async (query: LedgerQuery) => (await entriesOf(query)).map((entry) => entry.answer)

/** One row for each answer, an hour apart. */
function everyAnswer() {
  const at = (hour: number, row: object = {}) => ({ task_seq, schedule_id, due_at: START + hour * HOUR, ...row })
  const after = (hour: number, ms: number) => ({ started_at: START + hour * HOUR + ms })
  const skipped = { status: 'skipped', started_at: null }
  sample.ended(at(1, after(1, 30_000)))
  sample.ended(at(2, { ...after(2, 30_001), status: 'failed' }))
  sample.ended(at(3, { ...skipped, reason: 'overlap' }))
  sample.ended(at(6, { ...skipped, reason: 'missed', covers_from: START + 4 * HOUR, covers_count: 3 }))
  sample.ended(at(9, { ...after(9, HOUR), covers_from: START + 7 * HOUR, covers_count: 3 }))
  sample.ended(at(10, { ...skipped, status: 'cancelled', reason: 'the task was deleted' }))
  sample.live(at(11, { state: 4, started_at: START + 11 * HOUR }))
  sample.live(at(12))
  sample.ended({ task_seq, due_at: START, trigger: 'manual' })
}

describe('the ledger', () => {
  test('answers for every due instant, latest first, and for nothing else', async () => {
    everyAnswer()
    const entries = await entriesOf({})
    expect(entries.map((e) => [e.answer, e.reason])).toEqual([
      ['pending', null],
      ['running', null],
      ['skipped', 'the task was deleted'],
      ['late', null],
      ['merged', 'merged'],
      ['missed', 'missed'],
      ['skipped', 'overlap'],
      ['late', null],
      ['ran', null],
    ])
    const covered = new Set<number>()
    for (const { due_at, covers } of entries) {
      for (let at = Date.parse(covers?.from ?? due_at); at <= Date.parse(due_at); at += HOUR) {
        expect(covered.has(at)).toBe(false)
        covered.add(at)
      }
    }
    expect([...covered].sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => START + (i + 1) * HOUR))
  })

  test('tells an execution that stands for several from the range that was merged into it', async () => {
    everyAnswer()
    const [own, merged] = await entriesOf({ from: START + 9 * HOUR, to: START + 10 * HOUR })
    expect(own).toMatchObject({ answer: 'late', covers: null, lateness_ms: HOUR })
    expect(merged).toMatchObject({
      answer: 'merged',
      due_at: new Date(START + 8 * HOUR).toISOString(),
      execution_id: own!.execution_id,
      covers: { count: 2, from: new Date(START + 7 * HOUR).toISOString() },
    })
  })

  test('ends a merged range just before the execution when the rule is not known any more', async () => {
    const covers = { covers_from: START, covers_count: 4 }
    sample.live({ task_seq, schedule_id: 77, due_at: START + 3 * HOUR, ...covers })
    const [, merged] = await entriesOf({})
    expect(merged!.due_at).toBe(new Date(START + 3 * HOUR - 1).toISOString())
  })

  test('judges lateness by the first attempt and by the grace time of the task, 60 s by default', async () => {
    const attempts = JSON.stringify([{ attempt: 1, started_at: new Date(START + 1).toISOString() }])
    sample.ended({ task_seq, schedule_id, started_at: START + HOUR, attempt: 2, attempts })
    const other = sample.task()
    sample.ended({ task_seq: other, schedule_id: 2, due_at: START + 1, started_at: START + 1 + MINUTE })
    sample.ended({ task_seq: other, schedule_id: 2, due_at: START, started_at: START + MINUTE + 1 })
    expect(await answersOf({})).toEqual(['ran', 'late', 'ran'])
    expect(await answersOf({ answer: 'late' })).toEqual(['late'])
  })

  test('finds what was late by less than a second where the grace time of the task is as short', async () => {
    const strict = sample.task({ definition: '{"type":"shell","misfire":{"grace_seconds":0}}' })
    sample.ended({ task_seq: strict, schedule_id: 2, due_at: START, started_at: START + 5 })
    sample.ended({ task_seq: strict, schedule_id: 2, due_at: START + 1, started_at: START + 1 + HOUR })
    sample.ended({ task_seq: strict, schedule_id: 2, due_at: START + 2, started_at: START + 2 })
    sample.ended({ task_seq, schedule_id, due_at: START + 3, started_at: START + 8 })
    expect(await answersOf({ answer: 'late' })).toEqual(['late', 'late'])
  })

  const answers: LedgerAnswer[] = ['pending', 'running', 'ran', 'late', 'skipped', 'merged', 'missed']
  test.each(answers)('can be asked for one answer: %s', async (answer) => {
    everyAnswer()
    const all = await entriesOf({})
    expect(await entriesOf({ answer })).toEqual(all.filter((entry) => entry.answer === answer))
  })

  test('of a task leaves out the others; of none that is there it is empty', async () => {
    everyAnswer()
    sample.ended({ task_seq: sample.task(), schedule_id: 9 })
    expect((await entriesOf({ taskId: idOf(1) })).length).toBe(9)
    expect((await entriesOf({})).length).toBe(10)
    expect(await entriesOf({ taskId: 'nobody' })).toEqual([])
  })

  test('turns pages without a gap or a repetition', async () => {
    everyAnswer()
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await queries.ledger({ limit: 3, cursor }, EVERYTHING)
      seen.push(...page.rows.map((row) => row.executionId))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(seen).toEqual((await queries.ledger({}, EVERYTHING)).rows.map((row) => row.executionId))
    expect(seen.length).toBe(8)
  })
})
