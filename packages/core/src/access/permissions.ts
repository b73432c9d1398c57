import { KINDS, type Kind, PERMISSIONS, type Permission } from './kinds.ts'

/** What something asks of whoever wants it: a permission on a kind of thing. */
export interface Need {
  readonly may: Permission
  readonly on: Kind
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
