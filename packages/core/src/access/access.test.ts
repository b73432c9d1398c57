import { describe, expect, test } from 'vitest'
import { may, meets, SYSTEM } from './caller.ts'
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
