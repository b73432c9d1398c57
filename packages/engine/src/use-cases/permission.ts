import { type Caller, may, type Permission, type Place, RotaError, say, type TaskInput } from '@rota/core'

/** Throws `forbidden`, which names the permission and the place, unless the caller has it on the task there. */
export function requireMay(caller: Caller, permission: Permission, place: Place): void {
  if (may(caller, permission, 'task', place)) return
  const { group } = place
  const lack = { may: permission, on: 'task', group } as const
  throw new RotaError('forbidden', refusal(permission, group, caller.name ?? ''), [], lack)
}

function refusal(permission: Permission, group: string | null, who: string): string {
  if (group === null)
    return say`This needs the permission "${permission}" on tasks without a group, which ${who} does not have.`
  return say`This needs the permission "${permission}" in the group ${JSON.stringify(group)}, which ${who} does not have there.`
}

/** Throws `forbidden` when a task would go to a group in which the caller may not edit. */
export function requireStaying(caller: Caller, { group }: Place, next: string | null): void {
  if (next !== group) requireMay(caller, 'edit', { id: null, group: next })
}

/** Throws `forbidden` when work is to run on nodes and the caller may not use any there. */
export function requireNodes(
  caller: Caller,
  { target }: { target?: TaskInput['target'] | undefined },
  place: Place,
): void {
  if (target?.kind !== 'node' || may(caller, 'use', 'pool', place)) return
  const who = caller.name ?? ''
  throw new RotaError(
    'forbidden',
    say`It is to run on a node: that needs the permission "use" on pools, which ${who} does not have here.`,
    [],
    { may: 'use', on: 'pool', group: place.group },
  )
}
