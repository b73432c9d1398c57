import type { LiveChange } from '@rota/protocol'
import type { QueryClient } from '@tanstack/react-query'

/** What can move: an execution; a task, by a change or by its executions; its definition alone; a node; the server's health. */
type Motion = 'execution' | 'task' | 'definition' | 'node' | 'health'
/** What has moved, by id; of the server's health it is enough that there is something. */
type Motions = Partial<Readonly<Record<Motion, ReadonlySet<string>>>>

/** When that which was read is old. */
interface Staleness {
  /** Any of these. */
  after: readonly Motion[]
  /** It is about one thing: its key goes on with the id, and only what moves under that id makes it old, at once. */
  isOne?: boolean
  /** Otherwise it is read anew at most so often, however much happens; default: at once. */
  everyMs?: number
}

/** Kinds of queries, named by the first words of their keys, with what makes each old. */
export type Stale = Readonly<Record<string, Staleness>>

/** What some changes moved. An execution moves its task's last and next run, too. */
export function motionsOf(changes: readonly LiveChange[]) {
  const [execution, task, definition, node, health] = [
    new Set<string>(),
    new Set<string>(),
    new Set<string>(),
    new Set<string>(),
    new Set<string>(),
  ]
  for (const change of changes) {
    if (change.type === 'pools_applied') node.add(change.type)
    else if (!('id' in change)) health.add(change.type)
    else if (change.type === 'node_changed') node.add(change.id)
    else if (change.type === 'task_changed') {
      task.add(change.id)
      definition.add(change.id)
    } else {
      execution.add(change.id)
      if (change.task_id !== null) task.add(change.task_id)
    }
  }
  return { execution, task, definition, node, health } satisfies Motions
}

/** Makes queries old whose kinds are in the table; nothing is read that is not on screen. */
export function createOutdater(queryClient: QueryClient, stale: Stale): (motions: Motions) => void {
  const paces = new Map<number, (kinds: readonly string[]) => void>()
  for (const { everyMs = 0 } of Object.values(stale)) {
    if (!paces.has(everyMs)) paces.set(everyMs, createPace(queryClient, everyMs))
  }
  return (motions) => {
    const due = Map.groupBy(
      Object.entries(stale).filter(([, { after }]) => after.some((motion) => (motions[motion]?.size ?? 0) > 0)),
      ([, { isOne, everyMs = 0 }]) => (isOne ? null : everyMs),
    )
    for (const [kind, { after }] of due.get(null) ?? []) {
      const ids = new Set(after.flatMap((motion) => [...(motions[motion] ?? [])]))
      for (const id of ids) void queryClient.invalidateQueries({ queryKey: [kind, id] })
    }
    due.delete(null)
    for (const [everyMs, kinds] of due) paces.get(everyMs!)!(kinds.map(([kind]) => kind))
  }
}

/** Makes kinds of queries old at most once per period: at once when it was quiet, else at the period's end. */
function createPace(queryClient: QueryClient, periodMs: number): (kinds: readonly string[]) => void {
  const due = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined

  function flush(): void {
    timer = undefined
    if (due.size === 0) return
    const kinds = new Set(due)
    due.clear()
    void queryClient.invalidateQueries({
      predicate: ({ queryKey }) => kinds.has(String(queryKey[0])),
      // A page that nobody sees reads nothing; it does when it comes to the front, and queries there refetch.
      refetchType: document.hidden ? 'none' : 'active',
    })
    timer = setTimeout(flush, periodMs)
  }

  return (kinds) => {
    for (const kind of kinds) due.add(kind)
    if (timer === undefined) flush()
  }
}
