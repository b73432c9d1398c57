import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SYSTEM } from '../access/caller.ts'
import { type SealedEntry, seal } from './chain.ts'
import { changesOf, taskChanges } from './changes.ts'
import { type Checkpoint, checkChain } from './check.ts'
import { type AuditDraft, drafted } from './draft.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const ann = { ...SYSTEM, name: 'ann', userId: 'u1', credential: { kind: 'session', id: 's1' } } as const

const draft = (n: number): AuditDraft =>
  drafted(
    ann,
    { kind: 'task', id: `t${n}`, name: `task ${n}`, action: 'updated', before: { n }, after: { n: n + 1 } },
    n,
  )

function check(entries: readonly SealedEntry[], checkpoints: Checkpoint[] = []) {
  const chain = checkChain(sha256, checkpoints)
  for (const entry of entries) chain.look(entry)
  return chain.end()
}

const sealed = (count: number) =>
  seal(
    Array.from({ length: count }, (_, n) => draft(n)),
    null,
    sha256,
  )
const markOf = ({ seq, hash }: SealedEntry): Checkpoint => ({ seq, hash, at: 9 })

test('an entry says who did what to which thing, and with what', () => {
  expect(drafted(ann, { kind: 'role', id: 'r', action: 'created', after: { a: 1 } }, 7)).toEqual({
    ...{ at: 7, tenantId: null, actor: 'ann', userId: 'u1', credential: 'session:s1', address: null, requestId: null },
    ...{
      kind: 'role',
      subjectId: 'r',
      subjectName: null,
      action: 'created',
      outcome: 'done',
      payload: '{"after":{"a":1}}',
    },
  })
})

test('what is too long for an entry is left out, and that is said', () => {
  const { payload } = drafted(ann, { kind: 'task', id: 't', action: 'created', after: 'x'.repeat(100_000) }, 7)
  expect(JSON.parse(payload!)).toEqual({ left_out: { after: 100_002 } })
})

test('a change tells what differs, and of secrets only that they do', () => {
  expect(changesOf({ a: 1, b: [1], c: 2 }, { a: 1, b: [2], d: null })).toEqual({
    before: { b: [1], c: 2 },
    after: { b: [2], c: null },
  })
  const changes = taskChanges({ env: { KEY: 'old' }, name: 'a' }, { env: { KEY: 'new' }, name: 'a' })
  expect(changes).toEqual({ before: { env: { KEY: '***' } }, after: { env: { KEY: '***' } } })
})

test('a chain that nobody touched is whole, from the start or from where it was pruned', () => {
  const entries = sealed(20)
  expect(check(entries, [markOf(entries[19]!)])).toMatchObject({ entries: 20, first: 1, checkpoints: 1, faults: [] })
  const left = entries.slice(9).map((entry, at) => (at === 0 ? { ...entry, payload: null } : entry))
  expect(check(left, [markOf(entries[9]!), markOf(entries[3]!)]).faults).toEqual([])
  expect(check(left, [markOf(entries[15]!)]).faults).toMatchObject([{ seq: 10 }])
})

test('whatever is altered, removed, put in or moved is found', () => {
  const whole = sealed(12)
  const at = fc.nat({ max: 10 })
  const fields = ['at', 'actor', 'action', 'address', 'credential', 'kind', 'outcome', 'requestId'] as const
  const more = ['subjectId', 'subjectName', 'tenantId', 'userId', 'payload', 'payloadHash', 'hash'] as const
  const altered = fc
    .tuple(at, fc.constantFrom(...fields, ...more))
    .map(([n, field]) =>
      whole.map((entry, i) =>
        i === n ? ({ ...entry, [field]: field === 'at' ? 99 : 'forged' } as SealedEntry) : entry,
      ),
    )
  const removed = fc.integer({ min: 1, max: 10 }).map((n) => whole.filter((_, i) => i !== n))
  const doubled = at.map((n) => whole.flatMap((entry, i) => (i === n ? [entry, entry] : [entry])))
  const putIn = at.map((n) =>
    whole.flatMap((entry, i) => (i === n ? [entry, { ...entry, seq: entry.seq + 1, action: 'forged' }] : [entry])),
  )
  const moved = fc.tuple(at, fc.integer({ min: 1, max: 5 })).filter(([n, by]) => n + by < 12)
  const swapped = moved.map(([n, by]) =>
    whole.map((entry, i) => (i === n ? whole[n + by]! : i === n + by ? whole[n]! : entry)),
  )
  const renumbered = moved.map(([n, by]) =>
    whole.map((entry, i) => {
      if (i !== n && i !== n + by) return entry
      return { ...whole[i === n ? n + by : n]!, seq: entry.seq }
    }),
  )
  fc.assert(
    fc.property(fc.oneof(altered, removed, doubled, putIn, swapped, renumbered), (entries) => {
      expect(check(entries).faults).not.toEqual([])
    }),
  )
})

test('an end that was cut off or written anew is found by a checkpoint, and by nothing else', () => {
  const whole = sealed(12)
  const mark = markOf(whole[11]!)
  expect(check(whole.slice(0, 9)).faults).toEqual([])
  expect(check(whole.slice(0, 9), [mark]).faults).toMatchObject([{ seq: 12 }])
  const anew = [...whole.slice(0, 8), ...seal([draft(90), draft(91), draft(92), draft(93)], whole[7]!, sha256)]
  expect(check(anew).faults).toEqual([])
  expect(check(anew, [mark]).faults).toMatchObject([{ seq: 12 }])
  expect(check([], [mark]).faults).toMatchObject([{ seq: 12 }])
})
