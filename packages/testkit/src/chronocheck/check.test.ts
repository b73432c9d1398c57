// Long because: every defect that the checker must notice stands here beside the history that shows it.
import { describe, expect, test } from 'vitest'
import { check, report } from './check.ts'
import { type History, type Operation, VERDICT_CLASSES, type VerdictClass } from './history.ts'
import { AT, idealClusterHistory, idealHistory } from './testing/ideal.ts'

const iso = (seconds: number) => new Date(AT + seconds * 1_000).toISOString()
const row = (history: History, id: string) => history.executions.find((it) => it.id === id)!
const said = (history: History, id: string, kind: 'start' | 'end') =>
  history.testimonies.find((it) => it.execution === id && it.kind === kind)!
const entry = (history: History, id: string) => history.ledger.find((it) => it.execution_id === id)!
const without = <T>(items: T[], item: T) => items.splice(items.indexOf(item), 1)

const created = (id: string): Operation => ({
  kind: 'create',
  subject: 'a task',
  at: { from: AT, to: AT + 5 },
  outcome: 'ok',
  answered: id,
  status: null,
})

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
    'lets a task that runs alone wait, although it is free',
    ['late'],
    (it) => {
      waitsForItself(it)
      said(it, 'single@50', 'end').at_ns = (AT + 51_000) * 1e6
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
    'starts what another instance has been given, though nothing had befallen the first',
    ['restarted'],
    (it) => {
      const start = said(it, 'second@10', 'start')
      it.testimonies.push({ ...start, epoch: 'other', at_ns: start.at_ns + 200e6 })
      it.testimonies.push({ ...said(it, 'second@10', 'end'), epoch: 'other' })
    },
  ],
  [
    'loses a job that it had acknowledged',
    ['lostWrite'],
    (it) => {
      without(it.executions, row(it, 'job-1'))
      it.testimonies = it.testimonies.filter((each) => each.execution !== 'job-1')
    },
  ],
  ['loses a task that it had acknowledged', ['lostWrite'], (it) => it.operations.push(created('task-gone'))],
  [
    'makes two jobs of one idempotency key',
    ['duplicateFire'],
    (it) => it.executions.push({ ...row(it, 'job-2'), id: 'job-2b', status: 'failed' }),
  ],
  [
    'makes a job of a request that it refused',
    ['unexplained'],
    (it) => {
      for (const each of it.operations) if (each.subject === 'job 1') each.outcome = 'refused'
    },
  ],
  [
    'runs what it had called cancelled',
    ['cancelledRan'],
    (it) => {
      const start = { ...said(it, 'job-1', 'start'), execution: 'job-3', epoch: 'job-3', task: 'job 3' }
      it.testimonies.push({ ...start, at_ns: (AT + 12_020) * 1e6 })
    },
  ],
  [
    'takes a cancellation and forgets it',
    ['lostWrite'],
    (it) => {
      for (const each of it.operations) if (each.kind === 'cancel') each.status = 'running'
      Object.assign(row(it, 'job-3'), { status: 'success', finished_at: iso(29) })
      for (const kind of ['start', 'end'] as const) {
        const at_ns = (AT + (kind === 'start' ? 12_003 : 28_990)) * 1e6
        it.testimonies.push({ ...said(it, 'job-1', kind), execution: 'job-3', epoch: 'job-3', task: 'job 3', at_ns })
      }
    },
  ],
  ['ends by itself', ['crash'], (it) => it.sightings.push({ kind: 'crash', instance: 1, at: AT, text: 'exit code 1' })],
  [
    'leaves a program behind',
    ['orphan'],
    (it) => it.sightings.push({ kind: 'orphan', instance: 1, at: AT, text: 'pid 1 is alive' }),
  ],
  [
    'does not get ready again',
    ['notReady'],
    (it) => it.sightings.push({ kind: 'notReady', instance: 1, at: AT, text: '503' }),
  ],
  [
    'leaves an execution behind',
    ['stuck', 'lostEnd'],
    (it) => Object.assign(row(it, 'second@10'), { status: 'running' }),
  ],
]

/** The same of a cluster: what one instance does to another. */
const CLUSTER_FAULTS: typeof FAULTS = [
  [
    'takes over from an instance that is alive',
    ['restarted'],
    (it) => {
      it.testimonies.push({
        ...said(it, 'second@10', 'start'),
        instance: 1,
        fence: 2,
        epoch: 'x',
        at_ns: (AT + 11_000) * 1e6,
      })
      it.testimonies.push({
        ...said(it, 'second@10', 'end'),
        instance: 1,
        fence: 2,
        epoch: 'x',
        at_ns: (AT + 11_500) * 1e6,
      })
      Object.assign(row(it, 'second@10'), { started_at: iso(11) })
    },
  ],
  [
    'accepts the result of an instance that had lost its lease',
    ['fencedAccepted'],
    (it) => {
      paused(it)
      Object.assign(row(it, 'second@14'), { started_at: iso(14.008), finished_at: iso(45) })
    },
  ],
  [
    'lets an instance that had lost its lease run on',
    ['zombie'],
    (it) => {
      paused(it)
      said(it, 'second@14', 'end').at_ns = (AT + 75_000) * 1e6
    },
  ],
  [
    'starts what another had been given while the first was stopped',
    ['zombie'],
    (it) => {
      paused(it)
      said(it, 'second@14', 'start').at_ns = (AT + 40_100) * 1e6
    },
  ],
  [
    'lets two instances run what must not overlap',
    ['overlap'],
    (it) => {
      said(it, 'single@10', 'end').at_ns += 1_700e6
    },
  ],
  [
    'takes longer to take over than it promises',
    ['late'],
    (it) => {
      for (const kind of ['start', 'end'] as const) said(it, 'second@31', kind).at_ns += 35_000e6
    },
  ],
]

/** An execution of a task that runs alone lasts for six seconds; the next waits for it, the one after that is skipped. */
function waitsForItself(history: History) {
  said(history, 'single@50', 'end').at_ns = (AT + 55_500) * 1e6
  said(history, 'single@52', 'start').at_ns = (AT + 55_510) * 1e6
  said(history, 'single@52', 'end').at_ns = (AT + 55_900) * 1e6
  Object.assign(row(history, 'single@50'), { finished_at: iso(55.5) })
  Object.assign(row(history, 'single@52'), { started_at: iso(55.51), finished_at: iso(55.9) })
  without(history.testimonies, said(history, 'single@54', 'start'))
  without(history.testimonies, said(history, 'single@54', 'end'))
  without(history.executions, row(history, 'single@54'))
  Object.assign(entry(history, 'single@54'), { answer: 'skipped', reason: 'overlap', execution_id: null })
}

/** Instance 3 is stopped from 14 to 40 s in what the cluster lives through; its attempt is given to instance 3. */
function paused(history: History) {
  const first = said(history, 'second@14', 'start')
  const at = AT + 14_100
  history.faults.push({ kind: 'pause', instance: first.instance, at, sureAt: at, until: AT + 40_000, what: 'SIGSTOP' })
  said(history, 'second@14', 'end').at_ns = (AT + 40_500) * 1e6
  const again = { ...first, instance: 1, fence: 2, epoch: 'again' }
  history.testimonies.push({ ...again, at_ns: (AT + 33_100) * 1e6 })
  history.testimonies.push({
    ...said(history, 'second@14', 'end'),
    ...again,
    kind: 'end',
    code: 0,
    at_ns: (AT + 33_500) * 1e6,
  })
  Object.assign(row(history, 'second@14'), { started_at: iso(33.1), finished_at: iso(33.5) })
}

describe('the checker', () => {
  test('finds nothing wrong with a server that does everything right, though it dies once', () => {
    const history = idealHistory()
    const { findings, doubts } = check(history)
    expect(report(findings)).toBe('')
    expect(history.executions.length).toBeGreaterThan(80)
    expect(history.ledger.some((entry) => entry.covers !== null)).toBe(true)
    expect(doubts).toMatchObject({ unansweredRequests: 1, attemptsWithoutEnd: 0 })
  })

  test('finds nothing wrong with a cluster of which an instance dies, and another is stopped for long', () => {
    const history = idealClusterHistory()
    expect(history.testimonies.filter(({ fence }) => fence > 1).length).toBeGreaterThan(0)
    expect(report(check(history).findings)).toBe('')
    paused(history)
    const { findings, doubts } = check(history)
    expect(report(findings)).toBe('')
    expect(doubts.toleratedRestarts).toBe(1)
  })

  test.each(FAULTS)('notices a server that %s', (_name, expected, plant) => {
    const history = idealHistory()
    plant(history)
    expectClasses(history, expected)
  })

  test.each(CLUSTER_FAULTS)('notices a cluster that %s', (_name, expected, plant) => {
    const history = idealClusterHistory()
    plant(history)
    expectClasses(history, expected)
  })

  test('has a planted fault for every class of its verdict', () => {
    const planted = [...FAULTS, ...CLUSTER_FAULTS].flatMap(([, expected]) => expected)
    expect(new Set(planted)).toEqual(new Set(VERDICT_CLASSES))
  })

  test('tolerates what a crash may do: an attempt without end, an end that was not written down', () => {
    const history = idealHistory()
    without(history.testimonies, said(history, 'second@30', 'end'))
    Object.assign(row(history, 'second@30'), { status: 'failed', failure: 'lost', finished_at: iso(34.6) })
    Object.assign(row(history, 'single@30'), { finished_at: iso(30.51) })
    Object.assign(row(history, 'second@29'), { status: 'failed', failure: 'lost', finished_at: iso(34.6) })
    expect(report(check(history).findings)).toBe('')
  })

  test('lets a task that runs alone wait for what runs of it', () => {
    const history = idealHistory()
    waitsForItself(history)
    expect(report(check(history).findings)).toBe('')
  })

  test('leaves undecided what was due while a change was under way, or after one that was not answered', () => {
    const history = idealHistory()
    const [second] = history.tasks
    const since = { from: AT + 40_500, to: AT + 41_500 }
    second!.definitions.splice(1, 0, { schedule: null, since, isCertain: true })
    without(history.ledger, entry(history, 'second@41'))
    const again = { from: AT + 50_500, to: AT + 50_600 }
    second!.definitions.splice(2, 0, { schedule: second!.definitions[0]!.schedule, since: again, isCertain: false })
    history.ledger = history.ledger.filter(({ task_id, due_at }) => {
      const due = Date.parse(due_at) - AT
      return task_id !== second!.id || due < 42_000 || (due > 51_000 && due !== 55_000)
    })
    expect(report(check(history).findings)).toBe('')
    history.ledger.push({ ...entry(history, 'second@10'), due_at: iso(45) })
    expectClasses(history, ['unexplained'])
  })

  test('lets a paused task answer for its instants, and not run them', () => {
    const history = idealHistory()
    const [second] = history.tasks
    const [running] = second!.definitions
    const since = { from: AT + 42_100, to: AT + 42_200 }
    const resumed = { from: AT + 50_100, to: AT + 50_200 }
    second!.definitions.splice(1, 0, { ...running!, isPaused: true, since }, { ...running!, since: resumed })
    const inPause = (at: string) => Date.parse(at) > since.to && Date.parse(at) < resumed.from
    history.ledger = history.ledger.filter(({ task_id, due_at }) => task_id !== second!.id || !inPause(due_at))
    const covers = { from: iso(43), to: iso(50), count: 8 }
    const skipped = { ...entry(history, 'second@10'), answer: 'skipped', reason: 'paused', due_at: iso(50), covers }
    history.ledger.push(skipped)
    expect(report(check(history).findings)).toBe('')
    Object.assign(skipped, { due_at: iso(43), covers: null, answer: 'ran', reason: null })
    expectClasses(history, ['unexplained'])
  })
})

function expectClasses(history: History, expected: VerdictClass[]) {
  const { findings } = check(history)
  const classes = new Set(findings.map((finding) => finding.verdict))
  expect(classes, report(findings)).toEqual(new Set(expected))
}
