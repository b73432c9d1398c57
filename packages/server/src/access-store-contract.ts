import { randomBytes } from 'node:crypto'
import { createIds, EVERYTHING, systemClock } from '@rota/core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { AccessStore, ApiTokenRow, SessionRow, UserRow } from './access-store.ts'
import { sharedSigningKey } from './auth/signing-key.ts'
import type { GrantRow } from './grant-store.ts'
import { RequestKeys } from './http/request-keys.ts'

export interface AccessAdapter {
  name: string
  /** Opens an empty store. */
  open(): Promise<{ store: AccessStore; clear(): Promise<void>; close(): Promise<void> }>
}

const newId = createIds(() => systemClock.now())

const userRow = (username: string, more: Partial<UserRow> = {}): UserRow => ({
  ...{ id: newId(), tenant_id: null, username, username_key: username, display_name: username, role: 'admin' },
  ...{ password_hash: 'x', must_change_password: 0, disabled: 0, session_epoch: 1, last_login_at: null },
  ...{ created_at: 1, updated_at: 1, source: null, issuer: null, subject: null, language: null },
  ...{ second_factor: null, second_factor_step: 0 },
  ...more,
})

const sessionRow = (userId: string, more: Partial<SessionRow> = {}): SessionRow => ({
  ...{ id: newId(), user_id: userId, in_cookie: 0, refresh_hash: 'now', previous_hash: 'before', created_at: 1 },
  ...{ refreshed_at: 1, expires_at: 1_000, confirmed_at: null, user_epoch: 1, address: null, user_agent: null },
  ...{ source: null, provider_session: null },
  ...more,
})

const tokenRow = (userId: string, id: string, created_at: number): ApiTokenRow => ({
  ...{ id, user_id: userId, tenant_id: null, name: id, secret_hash: 'x', scopes: '[]', created_at },
  ...{ expires_at: null, last_used_at: null, revoked_at: null, made_by: null, addresses: null, grants_only: 0 },
})

const grantRow = (id: string, more: Partial<GrantRow>): GrantRow => ({
  ...{ id, tenant_id: null, subject_kind: 'user', subject_id: 'ada', role: 'viewer', scope_kind: 'global' },
  ...{ scope_id: '', source: '', created_at: 1, created_by: null, expires_at: null },
  ...more,
})

/** What every store of accounts, sessions and tokens must do. */
export function accessStoreContract(adapter: AccessAdapter): void {
  describe(`accounts, sessions and tokens in ${adapter.name}`, () => {
    let opened: Awaited<ReturnType<AccessAdapter['open']>>
    let store: AccessStore
    beforeAll(async () => {
      opened = await adapter.open()
      store = opened.store
    })
    beforeEach(() => opened.clear())
    afterAll(() => opened.close())

    test('of many first users at once one is made', async () => {
      const made = await Promise.all(Array.from({ length: 20 }, () => store.users.insertFirst(userRow('admin'))))
      expect(made.filter(Boolean)).toHaveLength(1)
      expect(await store.users.isEmpty()).toBe(false)
      expect(await store.users.insertFirst(userRow('other'))).toBe(false)
    })

    test('places of a sign-in are noted once each, the longest unused are forgotten, and all of a user go together', async () => {
      for (const [place, at] of [
        ['a', 1],
        ['b', 2],
        ['c', 3],
        ['a', 4],
      ] as const)
        await store.places.note('ada', place, at)
      await store.places.note('bob', 'a', 9)
      await store.places.trim('ada', 2)
      const uses = (user: string) => Promise.all(['a', 'b', 'c'].map((place) => store.places.lastUse(user, place)))
      expect([await uses('ada'), await uses('bob')]).toEqual([
        [4, null, 3],
        [9, null, null],
      ])
      await store.places.removeOfUser('ada')
      expect([await uses('ada'), await uses('bob')]).toEqual([
        [null, null, null],
        [9, null, null],
      ])
    })

    test('a name is taken once; users are listed by name, counted, changed and removed', async () => {
      const [zoe, ada] = [userRow('zoe'), userRow('ada', { role: 'viewer' })]
      expect([await store.users.insert(zoe), await store.users.insert(ada)]).toEqual([true, true])
      expect(await store.users.insert(userRow('ada'))).toBe(false)
      expect(await store.users.list(EVERYTHING, 0, 1)).toMatchObject({ total: 2, rows: [{ username: 'ada' }] })
      await store.users.update(ada.id, { display_name: 'Ada \u00e4 \u4e2d', last_login_at: 1_800_000_000_000 })
      expect(await store.users.byKey('ada')).toMatchObject({
        display_name: 'Ada ä 中',
        last_login_at: 1_800_000_000_000,
      })
      expect(await store.users.adminExcept(zoe.id)).toBeUndefined()
      expect(await store.users.removeUnlessLast(ada.id)).toBe(true)
      expect(await store.users.byId(ada.id)).toBeUndefined()
    })

    test('of administrators who end each other at the same instant one stays, however they do it', async () => {
      const end = [
        (id: string) => store.users.updateUnlessLast(id, { role: 'viewer' }),
        (id: string) => store.users.updateUnlessLast(id, { disabled: 1 }),
        (id: string) => store.users.removeUnlessLast(id),
      ]
      for (let round = 0; round < 5; round++) {
        const admins = Array.from({ length: 6 }, (_, at) => userRow(`admin${round}-${at}`))
        for (const row of admins) await store.users.insert(row)
        const done = await Promise.all(admins.map(({ id }, at) => end[at % end.length]!(id)))
        expect(done.filter(Boolean)).toHaveLength(round === 0 ? 5 : 6)
        expect(await store.users.admins(null, 9)).toHaveLength(1)
      }
    })

    test('an administrator who has no password yet is none that others could be ended for', async () => {
      const [ada, bob] = [userRow('ada'), userRow('bob', { password_hash: '' })]
      for (const row of [ada, bob]) await store.users.insert(row)
      expect(await store.users.updateUnlessLast(ada.id, { role: 'none' })).toBe(false)
      expect(await store.users.removeUnlessLast(ada.id)).toBe(false)
      expect(await store.users.removeUnlessLast(bob.id)).toBe(true)
    })

    test('with an account goes what is its own, and nothing of others', async () => {
      const [ada, bob] = [userRow('ada'), userRow('bob')]
      for (const row of [ada, bob]) {
        await store.users.insert(row)
        await store.sessions.insert(sessionRow(row.id))
        await store.tokens.insert(tokenRow(row.id, row.username, 1))
        await store.secondFactors.enable(row.id, { sealed: 'x', step: 1, codeHashes: [`${row.username}1`] })
      }
      await store.users.removeUnlessLast(ada.id)
      expect([await store.sessions.ofUser(ada.id, 1), await store.tokens.byId('ada')]).toEqual([[], undefined])
      expect([await store.secondFactors.countCodes(ada.id), await store.secondFactors.countCodes(bob.id)]).toEqual([
        0, 1,
      ])
      expect([(await store.sessions.ofUser(bob.id, 1)).length, (await store.tokens.byId('bob'))?.id]).toEqual([
        1,
        'bob',
      ])
    })

    test('an invitation is accepted once, by one of many, before it expires, and ends with the next', async () => {
      const user = userRow('ada', { password_hash: '' })
      await store.users.insert(user)
      const row = (token_hash: string, expires_at: number) => ({
        ...{ user_id: user.id, token_hash, created_at: 1, created_by: null, expires_at },
      })
      await store.invitations.put(row('one', 100))
      await store.invitations.put(row('two', 100))
      expect(await store.invitations.byHash('one', 50)).toBeUndefined()
      expect(await store.invitations.byHash('two', 100)).toBeUndefined()
      const found = (await store.invitations.byHash('two', 99))!
      const accept = (hash: string) => store.invitations.accept(found, 99, { password_hash: hash })
      const done = await Promise.all(['a', 'b', 'c', 'd'].map(accept))
      expect(done.filter(Boolean)).toHaveLength(1)
      expect((await store.users.byId(user.id))!.password_hash).toBe('abcd'[done.indexOf(true)])
    })

    test('a code of a second factor is taken once, and so is a recovery code', async () => {
      const user = userRow('ada')
      await store.users.insert(user)
      const factors = store.secondFactors
      await factors.enable(user.id, { sealed: 'x', step: 7, codeHashes: ['a', 'b'] })
      const steps = await Promise.all([8, 8, 8].map((step) => factors.takeStep(user.id, step)))
      expect([steps.filter(Boolean).length, await factors.takeStep(user.id, 7)]).toEqual([1, false])
      const codes = await Promise.all(['a', 'a', 'x'].map((code) => factors.takeCode(user.id, code)))
      expect([codes.filter(Boolean).length, await factors.countCodes(user.id)]).toEqual([1, 1])
      await factors.disable(user.id)
      expect([(await store.users.byId(user.id))!.second_factor, await factors.countCodes(user.id)]).toEqual([null, 0])
    })

    test('a grant that has ended is left out of what is asked for after that, and is there again when prolonged', async () => {
      const [grants, ids] = [store.grants, (rows: { id: string }[]) => rows.map(({ id }) => id)]
      await grants.insert(grantRow('e1', { subject_id: 'eve' }))
      await grants.insert(grantRow('e2', { subject_id: 'eve', role: 'editor', expires_at: 10 }))
      const reaching = (after: number) =>
        grants.reaching({ taskId: null, groups: [], within: { kind: 'all' }, after }).then(ids)
      expect(await Promise.all([0, 9, 10].map(async (after) => ids(await grants.ofUser('eve', after))))).toEqual([
        ...[
          ['e1', 'e2'],
          ['e1', 'e2'],
        ],
        ['e1'],
      ])
      expect([await reaching(9), await reaching(10)]).toEqual([['e1', 'e2'], ['e1']])
      expect([await grants.endAt('e2', 10), await grants.endAt('e2', 20), await grants.endAt('e2', null)]).toEqual([
        ...[false, true],
        true,
      ])
      expect(ids(await grants.ofUser('eve', 1_000))).toEqual(['e1', 'e2'])
    })

    test('a token holds only what is granted to it from its first grant on, and so does what takes its place', async () => {
      const { grants, tokens } = store
      for (const id of ['t1', 't2']) await tokens.insert(tokenRow('eve', id, 1))
      await store.users.insert(userRow('eve', { id: 'eve', role: 'viewer' }))
      const isNarrow = async (id: string) => (await tokens.byId(id))!.grants_only
      await grants.insert(grantRow('e3', { subject_kind: 'token', subject_id: 't1', expires_at: 10 }))
      expect([await isNarrow('t1'), await isNarrow('t2')]).toEqual([1, 0])
      await grants.copyToToken('t1', { id: 't2', newId: () => 'e4' })
      expect(await grants.ofToken('t2', 9)).toMatchObject([{ id: 'e4', subject_name: 't2', expires_at: 10 }])
      await grants.remove('e3')
      expect([await isNarrow('t1'), await grants.ofToken('t1', 0)]).toEqual([1, []])
      await store.users.removeUnlessLast('eve')
      expect(await grants.byId('e4')).toBeUndefined()
    })

    test('what a source grants is replaced; what others gave, and what stays, is left alone', async () => {
      const grant = (id: string, role: string, source: string) => grantRow(id, { subject_id: 'ada', role, source })
      const own = async () => (await store.grants.ofUser('ada', 0)).map(({ id, source }) => `${source}:${id}`)
      await store.grants.insert(grant('1', 'viewer', ''))
      await store.users.insert(userRow('ada', { id: 'ada' }))
      await store.external.replaceGrants('ada', 'a', [grant('2', 'viewer', 'a'), grant('3', 'editor', 'a')])
      await store.external.replaceGrants('ada', 'b', [grant('4', 'viewer', 'b')])
      await store.external.replaceGrants('ada', 'a', [grant('5', 'viewer', 'a')])
      expect(await own()).toEqual([':1', 'a:2', 'b:4'])
      expect(await store.external.grantsOf('ada', 'a')).toMatchObject([{ role: 'viewer', scope_id: '' }])
      await store.external.replaceGrants('ada', 'a', [])
      expect(await own()).toEqual([':1', 'b:4'])
    })

    test('an issuer and subject is one account, also for two who sign in for the first time at once', async () => {
      const rows = ['ada', 'ada-2'].map((name) => userRow(name, { source: 'oidc:x', issuer: 'i', subject: 's' }))
      const made = await Promise.all(rows.map((row) => store.external.insert(row)))
      expect(made.filter(Boolean)).toHaveLength(1)
      expect((await store.external.byIdentity('i', 's'))!.username).toBe(rows[made.indexOf(true)]!.username)
      expect(await store.external.useOnce('k', 10, 1)).toBe(true)
      expect(await store.external.useOnce('k', 10, 9)).toBe(false)
    })

    test('a session is rotated by whoever has the current secret, once', async () => {
      const session = sessionRow('u')
      await store.sessions.insert(session)
      const change = { id: session.id, hash: 'now', nextHash: 'next', previousHash: 'now', inCookie: 0 }
      const rotate = () => store.sessions.rotate({ ...change, now: 10, expiresAt: 2_000 })
      expect((await Promise.all([rotate(), rotate(), rotate()])).filter((user) => user === 'u')).toHaveLength(1)
      await store.sessions.endReused(session.id, 'before')
      expect(await store.sessions.byId(session.id)).toMatchObject({ refresh_hash: 'next', expires_at: 2_000 })
      await store.sessions.endReused(session.id, 'now')
      expect(await store.sessions.byId(session.id)).toBeUndefined()
    })

    test('sessions end by age and beyond their number, the least recently used first', async () => {
      for (let n = 1; n <= 5; n++) await store.sessions.insert(sessionRow('u', { id: `s${n}`, refreshed_at: n }))
      await store.sessions.insert(sessionRow('u', { id: 'old', expires_at: 5 }))
      await store.sessions.removeExpired(5)
      await store.sessions.trim('u', 2)
      expect((await store.sessions.ofUser('u', 6)).map((row) => row.id)).toEqual(['s5', 's4'])
      await store.sessions.removeOfUser('u')
      expect(await store.sessions.ofUser('u', 6)).toEqual([])
    })

    test('tokens come with their owner, newest first, and are counted while they are in force', async () => {
      const user = userRow('ada')
      await store.users.insert(user)
      for (let n = 1; n <= 3; n++) await store.tokens.insert(tokenRow(user.id, `t${n}`, n))
      await store.tokens.revoke(['t1'], 9)
      await store.tokens.endBy('t2', 20)
      expect([await store.tokens.countActive(user.id, 19), await store.tokens.countActive(user.id, 20)]).toEqual([2, 1])
      await store.tokens.endBy('t2', 90)
      expect(await store.tokens.byId('t2')).toMatchObject({ expires_at: 20 })
      expect(await store.tokens.byId('t1')).toMatchObject({ username: 'ada', revoked_at: 9 })
      const { total, rows } = await store.tokens.list({ userId: user.id }, 0, 2)
      expect([total, ...rows.map((row) => row.id)]).toEqual([3, 't3', 't2'])
      await store.tokens.removeOfUser(user.id)
      expect((await store.tokens.list({ scope: EVERYTHING }, 0, 9)).total).toBe(0)
    })

    test('of groups that would take each other in at once, however far round, one stays out', async () => {
      for (const length of [2, 4]) {
        for (let round = 0; round < 10; round++) {
          const ids = Array.from({ length }, () => newId())
          const edges = ids.map((group_id, at) => {
            return { group_id, member_kind: 'group' as const, member_id: ids[(at + 1) % length]! }
          })
          const isIn = await Promise.all(edges.map((edge) => store.userGroups.addMember(edge)))
          expect(isIn.filter((each) => !each)).toHaveLength(1)
          expect(await store.userGroups.addMember(edges[isIn.indexOf(false)]!)).toBe(false)
        }
      }
    })

    test('all who ask for the signing key at once get the same, and it stays', async () => {
      const keys = await Promise.all(Array.from({ length: 8 }, () => sharedSigningKey(store.settings)))
      expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(1)
      expect(keys[0]!.length).toBe(32)
      expect(await sharedSigningKey(store.settings)).toEqual(keys[0])
    })

    test('of two instances that get one Idempotency-Key one does the work, and both answer its reply', async () => {
      let now = 1_000_000
      const clock = { ...systemClock, now: () => now }
      const secret = randomBytes(32)
      const [one, two] = [0, 1].map(
        () => new RequestKeys({ store: store.requestKeys, clock, secret, isShared: true }),
      ) as [RequestKeys, RequestKeys]
      const request = { scope: 'POST /x', key: 'k', body: { a: 1 } }
      const gate = Promise.withResolvers<string>()
      const first = one.run(request, 201, () => gate.promise)
      await expect.poll(() => store.requestKeys.get('POST /x', 'k')).toBeDefined()
      await expect(two.run(request, 201, async () => 'twice')).rejects.toMatchObject({ code: 'conflict' })
      gate.resolve('once')
      expect(await first).toMatchObject({ reply: 'once', isReplay: false })
      expect(await two.run(request, 201, async () => 'twice')).toMatchObject({ reply: 'once', isReplay: true })
      // One that died with its instance is done again by one of those who repeat it.
      await store.requestKeys.insert({
        scope: 's',
        key: 'dead',
        digest: '',
        status: null,
        reply: null,
        created_at: now,
      })
      now += 120_000
      expect(await store.requestKeys.takeOver('s', 'dead', 1_000_000, now)).toBe(true)
      expect(await store.requestKeys.takeOver('s', 'dead', 1_000_000, now)).toBe(false)
    })
  })
}
