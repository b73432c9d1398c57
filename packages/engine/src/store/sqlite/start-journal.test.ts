import { systemClock } from '@rota/core'
import { endOf, NOW } from '@rota/testkit/contracts'
import { beforeEach, expect, test } from 'vitest'
import { newExecution } from '../../planning/new-execution.ts'
import type { Claimed } from '../../ports/executions.ts'
import type { Store } from '../store.ts'
import { createMemoryDisk, type MemoryDisk } from './open.ts'

let disk: MemoryDisk
let store: Store
let made = 0
beforeEach(() => {
  disk = createMemoryDisk()
  store = disk.open(systemClock)
})

async function claimed(count: number): Promise<Claimed[]> {
  const job = () => ({ id: `job ${++made}`, tenantId: null, trigger: 'api', dueAt: NOW, createdAt: NOW }) as const
  const jobs = Array.from({ length: count }, () => newExecution(job(), 1))
  await store.executions.enqueue(jobs, { now: NOW })
  const request = { instanceId: 'me', now: NOW, until: NOW + 1, most: count }
  return (await store.executions.claim(request)).claimed
}

const starts = (rows: readonly Claimed[]) => rows.map(({ seq, claimSeq }) => ({ seq, claimSeq, startedAt: NOW + 5 }))
const ended = ({ seq, claimSeq }: Claimed) => ({ ...endOf('success'), kind: 'finish', seq, claimSeq }) as const
const rows = () => disk.select('SELECT id, state, started_at AS at FROM executions ORDER BY seq')
const journal = () => disk.select('SELECT count(*) AS n FROM starts')

test('a start is known to the next process, although no row said so', async () => {
  const [one, two, three] = await claimed(3)
  expect(await store.executions.markStarted(starts([one!, two!]))).toEqual([one!.seq, two!.seq])
  await store.executions.settle([ended(one!)], NOW)
  expect(rows()).toEqual([two, three].map((row) => ({ id: row!.id, state: 3, at: null })))
  disk.open(systemClock)
  expect(rows()).toEqual([
    { id: two!.id, state: 4, at: NOW + 5 },
    { id: three!.id, state: 3, at: null },
  ])
  expect(journal()).toEqual([{ n: 0 }])
})

test('what still runs shows as running once that is asked for, and what has ended leaves the journal', async () => {
  const [one, two] = await claimed(2)
  await store.executions.markStarted(starts([one!]))
  await store.executions.showStarted!()
  expect(rows()).toMatchObject([{ state: 4, at: NOW + 5 }, { state: 3 }])
  await store.executions.markStarted(starts([two!]))
  await store.executions.settle([ended(two!)], NOW)
  expect(journal()).toEqual([{ n: 1 }])
  const [three] = await claimed(1)
  await store.executions.markStarted(starts([three!]))
  expect(journal()).toEqual([{ n: 1 }])
})

test('a late word under an earlier claim takes no start of a later one out of the journal', async () => {
  const [one] = await claimed(1)
  await store.executions.settle([{ kind: 'give_back', seq: one!.seq, claimSeq: one!.claimSeq }], NOW)
  const request = { instanceId: 'me', now: NOW, until: NOW + 1, most: 1 }
  const [again] = (await store.executions.claim(request)).claimed
  await store.executions.markStarted(starts([again!]))
  expect((await store.executions.settle([ended(one!)], NOW)).fenced).toEqual([one!.seq])
  await store.executions.showStarted!()
  expect(rows()).toMatchObject([{ state: 4, at: NOW + 5 }])
})

test('a claim that does not hold is not started, and does not keep the others from it', async () => {
  const [one, two, three] = await claimed(3)
  await store.executions.settle([ended(two!)], NOW)
  const wanted = starts([one!, two!, { ...three!, claimSeq: three!.claimSeq - 1 }])
  expect(await store.executions.markStarted(wanted)).toEqual([one!.seq])
  await store.executions.showStarted!()
  expect(rows()).toMatchObject([{ state: 4 }, { state: 3 }])
})
