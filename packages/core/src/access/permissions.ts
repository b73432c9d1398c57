import { ABOVE_TENANTS, KINDS, type Kind, PERMISSIONS, type Permission } from './kinds.ts'

/** What something asks of whoever wants it: a permission on a kind of thing. */
export interface Need {
  readonly may: Permission
  readonly on: Kind
  /** Also where the kind is granted as a whole, holding it in some group is enough: it shows nothing of the others. */
  readonly anywhere?: true
}

/** What is allowed on each kind; a kind that is not there is closed. */
export type Rights = Readonly<Partial<Record<Kind, readonly Permission[]>>>

/** The permissions that rights hold on any kind, each once and in order. */
export function permissionsIn(rights: Rights): Permission[] {
  return PERMISSIONS.filter((permission) => KINDS.some((kind) => rights[kind]?.includes(permission)))
}

/** What is left of rights when only some permissions count. */
export function narrowed(rights: Rights, permissions: readonly string[]): Rights {
  const left = KINDS.map((kind) => [kind, (rights[kind] ?? []).filter((each) => permissions.includes(each))] as const)
  return Object.fromEntries(left)
}

/** What is left of rights for whoever belongs to a tenant. */
export function withinTenant(rights: Rights): Rights {
  return Object.fromEntries(KINDS.filter((kind) => !ABOVE_TENANTS.has(kind)).map((kind) => [kind, rights[kind] ?? []]))
}

/** All that any of some rights allow. */
export function union(all: readonly Rights[]): Rights {
  if (all.length === 1) return all[0]!
  const held = KINDS.map((kind) => {
    return [kind, PERMISSIONS.filter((each) => all.some((rights) => rights[kind]?.includes(each)))] as const
  })
  return Object.fromEntries(held.filter(([, permissions]) => permissions.length > 0))
}

/** What both of two rights allow. */
export function shared(one: Rights, other: Rights): Rights {
  const both = KINDS.map((kind) => [kind, (one[kind] ?? []).filter((each) => other[kind]?.includes(each))] as const)
  return Object.fromEntries(both.filter(([, permissions]) => permissions.length > 0))
}

/** What rights hold that others do not: `edit task`. */
export function surplusOf(rights: Rights, held: Rights): string[] {
  return KINDS.flatMap((kind) =>
    (rights[kind] ?? []).filter((each) => !held[kind]?.includes(each)).map((each) => `${each} ${kind}`),
  )
}
