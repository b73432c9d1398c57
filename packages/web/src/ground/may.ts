import type { Schema } from '../api/types.ts'

type Identity = Pick<Schema<'Identity'>, 'rights' | 'grants'>
type Permission = Schema<'AnyPermission'>
export type Kind = Schema<'KindOfThing'>

/** A task, as far as it says where it lies. */
export interface TaskPlace {
  id: string | null
  group?: string | null | undefined
}

/**
 * Whether somebody may do something to a task, or to things of a kind: to tasks in some place or other. As the server
 * decides, which asks again.
 */
export function mayDo({ rights, grants }: Identity, permission: Permission, on: Kind | TaskPlace): boolean {
  const kind = typeof on === 'string' ? on : 'task'
  if (rights[kind]?.includes(permission)) return true
  if (kind !== 'task') return false
  return grants.some((grant) => {
    const reaches = typeof on === 'string' || isThere(grant.scope, on)
    return reaches && (grant.rights.task?.includes(permission) ?? false)
  })
}

function isThere(scope: Schema<'Identity'>['grants'][number]['scope'], { id, group }: TaskPlace): boolean {
  if (scope.kind === 'task') return scope.id === id
  return group != null && (group === scope.id || group.startsWith(`${scope.id}/`))
}
