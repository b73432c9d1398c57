import { describe, expect, test } from 'vitest'
import { may, meets, SYSTEM } from './caller.ts'
import { firstEnd, type Grant, heldByBoth, isInForce, type Reach } from './grants.ts'
import { ALLOWED_FROM, KINDS, PERMISSIONS, ROLES, type Role } from './kinds.ts'
import { narrowed, permissionsIn } from './permissions.ts'
import { isRole, ROLE_RIGHTS } from './roles.ts'
import { EVERYTHING, isWithin, tenantOf } from './scope.ts'

const ACME = { kind: 'tenant', tenantId: 'acme' } as const
const row = (tenantId: string | null, group: string | null = null, id = 'some') => ({ tenantId, group, id })

describe('rights', () => {
  test('deny what nothing grants', () => {
    const caller = { rights: { task: ['view'] }, grants: [] } as const
    expect(may(caller, 'view', 'task')).toBe(true)
    expect(may(caller, 'edit', 'task')).toBe(false)
    expect(may(caller, 'view', 'secret')).toBe(false)
    expect(meets({ rights: {}, grants: [] }, { may: 'view', on: 'task' })).toBe(false)
  })

  test('of the scheduler itself are all there are', () => {
    for (const kind of KINDS) for (const permission of PERMISSIONS) expect(may(SYSTEM, permission, kind)).toBe(true)
  })

  test('of a token are those of its owner, and no more than it was given', () => {
    const caller = { rights: narrowed(ROLE_RIGHTS.operator, ['view', 'edit', 'manage']), grants: [] }
    expect(permissionsIn(caller.rights)).toEqual(['view'])
    expect(may(caller, 'view', 'task')).toBe(true)
    expect(may(caller, 'execute', 'task')).toBe(false)
  })
})

describe('roles', () => {
  test('each allow what the one before allows', () => {
    for (const [at, role] of ROLES.entries()) {
      for (const kind of KINDS) {
        const before = at === 0 ? [] : (ROLE_RIGHTS[ROLES[at - 1]!][kind] ?? [])
        expect(ROLE_RIGHTS[role][kind] ?? [], `${role} on ${kind}`).toEqual(expect.arrayContaining([...before]))
      }
    }
  })

  test('hold what is allowed from them or from one below them, and nothing else', () => {
    for (const kind of KINDS) {
      const from: Readonly<Partial<Record<string, Role>>> = ALLOWED_FROM[kind]
      for (const [at, role] of ROLES.entries()) {
        const held = PERMISSIONS.filter((permission) =>
          ROLES.slice(0, at + 1).some((each) => each === from[permission]),
        )
        expect(ROLE_RIGHTS[role][kind] ?? [], `${role} on ${kind}`).toEqual(held)
      }
    }
  })

  test('are told by their permissions', () => {
    expect(ROLES.map((role) => permissionsIn(ROLE_RIGHTS[role]).join(' '))).toEqual([
      'view',
      'view execute use',
      'view execute edit delete use',
      'view execute edit delete manage use',
    ])
    expect([isRole('admin'), isRole('root'), isRole('constructor')]).toEqual([true, false, false])
  })
})

describe('a scope', () => {
  test('of everything holds every row, and what is made in it belongs to no tenant', () => {
    expect([isWithin(EVERYTHING, row(null)), isWithin(EVERYTHING, row('acme'))]).toEqual([true, true])
    expect(tenantOf(EVERYTHING)).toBeNull()
  })

  test('of a tenant holds its rows only, and what is made in it is its own', () => {
    expect(isWithin(ACME, row('acme'))).toBe(true)
    expect(isWithin(ACME, row('blue'))).toBe(false)
    expect(isWithin(ACME, row(null))).toBe(false)
    expect(tenantOf(ACME)).toBe('acme')
  })
})

describe('a grant with an end', () => {
  test('counts until the instant before it, and no longer', () => {
    expect([9, 10, 11].map((now) => isInForce({ expiresAt: 10 }, now))).toEqual([true, false, false])
    expect(isInForce({ expiresAt: null }, Number.MAX_SAFE_INTEGER)).toBe(true)
  })

  test('among others says when the first of them ends', () => {
    const ending = (...ends: (number | null)[]) => firstEnd(ends.map((expiresAt) => ({ expiresAt })))
    expect([ending(), ending(null), ending(null, 7, 3), ending(0, null)]).toEqual([null, null, 3, 0])
  })
})

describe('what is granted to a token', () => {
  const grant = (reach: Reach, expiresAt: number | null = null, rights: Grant['rights'] = ROLE_RIGHTS.operator) => ({
    ...{ id: 'g', role: 'operator', rights, reach, expiresAt },
  })
  const everywhere = { kind: 'global' } as const
  const group = (name: string) => ({ kind: 'group', group: name }) as const
  const task = (taskId: string, of: string | null) => ({ kind: 'task', taskId, group: of }) as const
  const both = (one: Reach, other: Reach) => heldByBoth([grant(one)], [grant(other)]).map(({ reach }) => reach)

  test('holds where its owner holds something, too: in the narrower of both places, or nowhere', () => {
    const narrower: [Reach, Reach, Reach | null][] = [
      [everywhere, everywhere, everywhere],
      [everywhere, group('a'), group('a')],
      [group('a'), group('a/b'), group('a/b')],
      [group('a'), group('ab'), null],
      [group('a'), task('t', 'a/b'), task('t', 'a/b')],
      [group('a'), task('t', null), null],
      [group('a/b'), task('t', 'a'), null],
      [task('t', 'a'), task('t', 'a'), task('t', 'a')],
      [task('t', 'a'), task('u', 'a'), null],
    ]
    for (const [one, other, expected] of narrower) {
      const found = expected === null ? [] : [expected]
      expect([both(one, other), both(other, one)], JSON.stringify([one, other])).toEqual([found, found])
    }
  })

  test('is no more than the owner may there, and lasts no longer', () => {
    const [held] = heldByBoth([grant(everywhere, 20, ROLE_RIGHTS.admin)], [grant(group('a'), 10, { task: ['view'] })])
    expect([held!.rights, held!.expiresAt]).toEqual([{ task: ['view'] }, 10])
    expect(heldByBoth([grant(everywhere, null, { task: ['view'] })], [grant(everywhere, null, {})])).toEqual([])
  })
})
