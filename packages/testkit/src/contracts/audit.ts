import { createHash } from 'node:crypto'
import { type AuditDraft, checkChain, drafted, EVERYTHING, SYSTEM } from '@rota/core'
import type { openInMemoryStore } from '@rota/engine'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { NOW, taskRow } from './stage.ts'

type Store = ReturnType<typeof openInMemoryStore>

/** How the audit is kept, whatever the database. `open` gives a store of its own. */
export function auditContract(name: string, open: () => Promise<Store>): void {
  describe(`${name}: the audit`, () => {
    let store: Store
    beforeEach(async () => {
      store = await open()
    })
    afterEach(() => store.close())

    const ann = { ...SYSTEM, name: 'ann', userId: 'u1' }
    const of = (id: string, more: Partial<AuditDraft> = {}): AuditDraft => ({
      ...drafted(ann, { kind: 'task', id, name: `task ${id}`, action: 'updated', after: { id } }, NOW),
      ...more,
    })
    const subjects = async (query = {}) =>
      (await store.audit.list(query, EVERYTHING)).rows.map(({ subjectId }) => subjectId)
    const add = (task: string, ...audit: AuditDraft[]) =>
      store.tasks.insert([{ row: taskRow(task), schedules: [], keys: [], audit }])
    const save = async (task: string, version: number, ...audit: AuditDraft[]) => {
      const row = (await store.tasks.byId(`id of ${task}`, EVERYTHING))!
      const nothing = { schedules: null, drop: 'none', answers: [], executions: [], keys: [] } as const
      const options = { expectedVersion: version, keepRevision: true, now: NOW, ...nothing }
      return store.tasks.save({ ...row, version: version + 1 }, { ...options, answers: [], audit } as never)
    }
    async function whole() {
      const check = checkChain((text) => createHash('sha256').update(text).digest('hex'))
      for (const entry of await store.audit.chain(0, 1_000)) check.look(entry)
      return check.end()
    }

    test('a task and the entry that tells of it come together, or not at all', async () => {
      await add('a', of('added'))
      await expect(add('a', of('twice'))).rejects.toMatchObject({ code: 'conflict' })
      await save('a', 1, of('saved'))
      await expect(save('a', 1, of('late'))).rejects.toMatchObject({ code: 'stale_version' })
      expect(await subjects()).toEqual(['saved', 'added'])
      const row = (await store.tasks.byId('id of a', EVERYTHING))!
      await store.tasks.purge(row.seq, NOW, [of('gone')])
      expect(await subjects()).toEqual(['gone', 'saved', 'added'])
    })

    test('of changes made at once each has its own entry, those that are refused have none', async () => {
      await add('a')
      await Promise.allSettled([
        ...Array.from({ length: 20 }, (_, n) => add(`t${n % 15}`, of(`t${n}`))),
        save('a', 1, of('first')),
        save('a', 1, of('second')),
      ])
      const found = await subjects()
      expect(found).toHaveLength(16)
      expect(found.filter((id) => id === 'first' || id === 'second')).toHaveLength(1)
    })

    test('a write that changes nothing is told of by nothing', async () => {
      const rename = (id: string) =>
        store.kysely
          .updateTable('tasks')
          .set({ pause_reason: 'x' } as never)
          .where('id', '=', id)
          .compile()
      await add('a')
      await store.runAudited([rename('no such')], [of('nothing')])
      await store.runAudited([rename('id of a'), rename('no such')], [of('renamed')])
      expect(await subjects()).toEqual(['renamed'])
    })

    test('entries are numbered without a gap and hang together, however they were written', async () => {
      await store.audit.add([of('1'), of('2', { payload: null, actor: 'nul \0 in it' })])
      await add('a')
      await expect(add('a', of('refused'))).rejects.toThrow()
      await Promise.all(Array.from({ length: 8 }, (_, n) => store.audit.add([of(`n${n}`)])))
      await Promise.all([store.audit.seal(3), store.audit.seal(100), store.audit.seal(100)])
      while ((await store.audit.seal(100)) > 0);
      expect(await store.audit.seal(100)).toBe(0)
      expect(await whole()).toMatchObject({ entries: 10, first: 1, last: { seq: 10 }, faults: [] })
      expect(await store.audit.last()).toMatchObject({ seq: 10 })
    })

    test('whoever changes the table is found', async () => {
      await store.audit.add(['1', '2', '3', '4'].map((id) => of(id)))
      await store.audit.seal(10)
      await store.runBatch([
        store.kysely.updateTable('audit').set({ actor: 'eve' }).where('seq', '=', 2).compile(),
        store.kysely.updateTable('audit').set({ payload: '{}' }).where('seq', '=', 3).compile(),
      ])
      expect((await whole()).faults).toMatchObject([{ seq: 2 }, { seq: 3 }])
      await store.runBatch([store.kysely.deleteFrom('audit').where('seq', '=', 2).compile()])
      expect((await whole()).faults).toMatchObject([{ seq: 3 }, { seq: 3 }])
    })

    test('what is pruned leaves a chain that goes on', async () => {
      await store.audit.add(Array.from({ length: 9 }, (_, n) => of(`${n + 1}`)))
      await store.audit.seal(10)
      expect(await store.audit.prune(5, 3)).toBe(3)
      expect(await store.audit.prune(5, 3)).toBe(1)
      await store.audit.add([of('10')])
      await store.audit.seal(10)
      expect(await whole()).toMatchObject({ entries: 6, first: 5, last: { seq: 10 }, faults: [] })
    })

    test('lists are filtered and turned page by page, the latest first', async () => {
      await store.audit.add([
        of('1', { kind: 'user', actor: 'bob', address: '10.0.0.1', outcome: 'refused' }),
        of('2', { at: NOW + 1, requestId: 'r' }),
        of('3', { at: NOW + 2, action: 'deleted 100%', tenantId: 'blue' }),
      ])
      expect(await subjects({ kind: 'user' })).toEqual(['1'])
      expect(await subjects({ actor: 'u1' })).toEqual(['3', '2', '1'])
      expect(await subjects({ subject: 'task 2' })).toEqual(['2'])
      expect(await subjects({ from: NOW + 1, to: NOW + 2 })).toEqual(['2'])
      expect(await subjects({ q: '0%' })).toEqual(['3'])
      expect(await subjects({ q: 'BOB', outcome: 'refused', address: '10.0.0.1' })).toEqual(['1'])
      expect(await subjects({ requestId: 'r', action: 'updated' })).toEqual(['2'])
      const first = await store.audit.list({ limit: 2 }, EVERYTHING)
      expect(first).toMatchObject({ total: 3, rows: [{ subjectId: '3' }, { subjectId: '2' }] })
      const next = await store.audit.list({ limit: 2, cursor: first.nextCursor! }, EVERYTHING)
      expect(next).toMatchObject({ total: 3, page: 2, rows: [{ subjectId: '1' }], nextCursor: null })
      const own = await store.audit.list({}, { kind: 'tenant', tenantId: 'blue' })
      expect(own).toMatchObject({ total: 1, rows: [{ subjectId: '3' }] })
    })
  })
}
