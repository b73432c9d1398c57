import { describe, expect, test } from 'vitest'
import { check, report } from './check.ts'
import { type History, VERDICT_CLASSES, type VerdictClass } from './history.ts'
import { AT, idealHistory } from './ideal.ts'

const iso = (seconds: number) => new Date(AT + seconds * 1_000).toISOString()
const row = (history: History, id: string) => history.executions.find((it) => it.id === id)!
const said = (history: History, id: string, kind: 'start' | 'end') =>
  history.testimonies.find((it) => it.execution === id && it.kind === kind)!
const entry = (history: History, id: string) => history.ledger.find((it) => it.execution_id === id)!
const without = <T>(items: T[], item: T) => items.splice(items.indexOf(item), 1)

/** What a defective server could do, and what the checker must then say, and nothing else. */
const FAULTS: [string, VerdictClass[], (history: History) => void][] = [
  ['forgets a due instant', ['missing'], (it) => without(it.ledger, entry(it, 'second@10'))],
  [
    'forgets what fell due while it was away',
    ['missing'],
    (it) => it.ledger.splice(0, it.ledger.length, ...it.ledger.filter((each) => each.answer !== 'merged')),
  ],
  [
    'skips a due instant although nothing stood in the way',
    ['missing'],
    (it) => Object.assign(entry(it, 'second@10'), { answer: 'skipped', reason: 'overlap' }),
  ],
  [
    'skips what it had time enough for, because it was away',
    ['missing'],
    (it) => {
      it.tasks[0]!.graceMs = 60_000
    },
  ],
  [
    'makes two executions of one due instant',
    ['duplicateFire'],
    (it) => {
      it.executions.push({ ...row(it, 'second@10'), id: 'twin' })
      it.testimonies.push({ ...said(it, 'second@10', 'start'), execution: 'twin' })
      it.testimonies.push({ ...said(it, 'second@10', 'end'), execution: 'twin' })
      it.ledger.push({ ...entry(it, 'second@10'), execution_id: 'twin' })
    },
  ],
  [
    'answers twice, once by a range that reaches too far',
    ['duplicateFire'],
    (it) => {
      const merged = it.ledger.find((each) => each.answer === 'merged' && each.task_id === 'task-second')!
      merged.covers = { from: iso(30), to: merged.covers!.to, count: merged.covers!.count + 1 }
    },
  ],
  [
    'counts a range wrongly',
    ['unexplained'],
    (it) => {
      it.ledger.find((each) => each.answer === 'merged')!.covers!.count++
    },
  ],
  [
    'runs what is not due',
    ['unexplained'],
    (it) => it.ledger.push({ ...entry(it, 'single@10'), due_at: iso(11), execution_id: 'odd' }),
  ],
  [
    'runs something that it does not know of',
    ['unexplained'],
    (it) => it.testimonies.push({ ...said(it, 'second@10', 'start'), execution: 'ghost' }),
  ],
  [
    'starts early',
    ['early'],
    (it) => {
      said(it, 'second@10', 'start').at_ns -= 30e6
    },
  ],
  [
    'starts late although nothing was the matter',
    ['late'],
    (it) => {
      said(it, 'second@10', 'start').at_ns += 2_500e6
      said(it, 'second@10', 'end').at_ns += 2_500e6
    },
  ],
  [
    'starts late even if it was away',
    ['late'],
    (it) => {
      said(it, 'second@34', 'start').at_ns += 13_000e6
      said(it, 'second@34', 'end').at_ns += 13_000e6
    },
  ],
  [
    'starts one attempt twice',
    ['doubleAttempt'],
    (it) =>
      it.testimonies.push({ ...said(it, 'second@10', 'start'), at_ns: said(it, 'second@10', 'start').at_ns + 1e6 }),
  ],
  [
    'lets an execution overlap that must not',
    ['overlap'],
    (it) => {
      said(it, 'single@10', 'end').at_ns += 1_700e6
    },
  ],
  [
    'lets two tasks of one key overlap',
    ['overlap'],
    (it) => {
      for (const task of it.tasks) Object.assign(task, { exclusive: 'key', overlap: 'queue' })
      for (const each of it.testimonies) if (each.task === 'single') each.at_ns += 500e6
      said(it, 'single@10', 'start').at_ns -= 300e6
    },
  ],
  [
    'calls a success what failed',
    ['wrongState'],
    (it) => {
      said(it, 'second@10', 'end').code = 3
    },
  ],
  ['calls a success what never ended', ['wrongState'], (it) => without(it.testimonies, said(it, 'second@10', 'end'))],
  [
    'runs what it calls skipped',
    ['wrongState', 'lostEnd'],
    (it) => Object.assign(row(it, 'single@10'), { status: 'skipped' }),
  ],
  [
    'loses the end of what ended well',
    ['lostEnd'],
    (it) => Object.assign(row(it, 'second@10'), { status: 'failed', failure: 'lost' }),
  ],
  [
    'accepts the result of an attempt whose server had died',
    ['fencedAccepted'],
    (it) => Object.assign(row(it, 'second@30'), { finished_at: iso(35) }),
  ],
  [
    'tries more often than the policy allows',
    ['retryPolicy'],
    (it) => {
      it.testimonies.push({ ...said(it, 'second@10', 'start'), attempt: 2, at_ns: (AT + 10_500) * 1e6 })
      it.testimonies.push({ ...said(it, 'second@10', 'end'), attempt: 2, at_ns: (AT + 10_900) * 1e6 })
    },
  ],
  [
    'gives up before the policy says so',
    ['retryPolicy'],
    (it) => {
      Object.assign(row(it, 'single@10'), { status: 'failed', failure: 'exit_code' })
      said(it, 'single@10', 'end').code = 1
    },
  ],
  [
    'leaves an execution behind',
    ['stuck', 'lostEnd'],
    (it) => Object.assign(row(it, 'second@10'), { status: 'running' }),
  ],
]

describe('the checker', () => {
  test('finds nothing wrong with a server that does everything right, though it dies once', () => {
    const history = idealHistory()
    expect(report(check(history))).toBe('')
    expect(history.executions.length).toBeGreaterThan(80)
    expect(history.ledger.some((entry) => entry.covers !== null)).toBe(true)
  })

  test.each(FAULTS)('notices a server that %s', (_name, expected, plant) => {
    const history = idealHistory()
    plant(history)
    const findings = check(history)
    const classes = new Set(findings.map((finding) => finding.verdict))
    expect(classes, report(findings)).toEqual(new Set(expected))
  })

  test('has a planted fault for every class of its verdict', () => {
    expect(new Set(FAULTS.flatMap(([, expected]) => expected))).toEqual(new Set(VERDICT_CLASSES))
  })

  test('tolerates what a crash may do: an attempt without end, an end that was not written down', () => {
    const history = idealHistory()
    without(history.testimonies, said(history, 'second@30', 'end'))
    Object.assign(row(history, 'second@30'), { status: 'failed', failure: 'lost', finished_at: iso(34.6) })
    Object.assign(row(history, 'single@30'), { finished_at: iso(30.51) })
    Object.assign(row(history, 'second@29'), { status: 'failed', failure: 'lost', finished_at: iso(34.6) })
    expect(report(check(history))).toBe('')
  })
})
