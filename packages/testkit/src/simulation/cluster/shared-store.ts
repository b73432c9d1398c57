import {
  type ClaimRequest,
  type ClaimResult,
  isStillDue,
  type MemoryDisk,
  type SaveOptions,
  type StoreParts,
  type TaskRow,
} from '@rota/engine'
import type { ManualClock } from '../../manual-clock.ts'
import type { Random } from '../../random.ts'
import type { SimProcess } from '../sim-process.ts'
import { failureOf, type Network } from './network.ts'
import type { Wishes } from './wishes.ts'

/** Sees every call as the store carries it out: `before` it, and its answer. */
export interface StoreWatch {
  before(call: string, parameters: readonly unknown[]): ((answer: unknown) => void) | undefined
}

/** Hits an instance in its next call; answers when, or null when nothing is set. */
export interface Trap {
  take(): 'before' | 'after' | null
  spring(): void
}

export interface SharedStoreOptions {
  disk: MemoryDisk
  /** The true time, in which the store lives. */
  base: ManualClock
  network: Network
  /** Which instance this is, counted from 0. */
  instance: number
  process: SimProcess
  random: Random
  /** The share of claims and releases that find rows locked by transactions of others, which may come to nothing. */
  contention: number
  /** How much longer a claim takes that looks at everything, in ms. */
  walkMs: number
  /** Executions a claim takes at most. */
  mostPerClaim: number
  trap: Trap
  watch: StoreWatch
  /** Of the whole store. */
  wishes: Wishes
}

/** A store as one instance reaches it. */
export interface Connection {
  store: StoreParts
  /** Asks what time it is there. */
  time(): Promise<number>
}

/** Statements that pass over locked rows (FOR UPDATE SKIP LOCKED), and the state of those they look for. */
const SKIPPING: Record<string, number> = { claim: 1, activate: 0, settle: 2, nudge: 2 }
/** No statement looks for them. */
const LOCKED = -1
const ELSEWHERE = 13
const UNWANTED = -3
const READY = 1
const CLAIMED = 3

const REPLACED = 'a newer execution of the task replaces it'
const CHANGED = 'the task was changed before it started'

/**
 * What the embedded store does not do, because nobody shares it: asking the instances that hold an execution to stop
 * it, instead of taking it out of their hands.
 */
function amongOthers(parts: StoreParts, disk: MemoryDisk, wishes: Wishes) {
  /** Instances that claim through this connection: they are told at once. */
  const ours = new Set<string>()

  const askReplaced = async (work: Promise<ClaimResult>) => {
    const result = await work
    wishes.ask(result.replaced, { reason: REPLACED, ifUnstarted: false })
    return result
  }

  /** Rows of a task that other instances hold and have not started. */
  function heldElsewhere(taskSeq: number, { drop, now }: SaveOptions) {
    if (drop === 'none') return []
    const rows = disk.select(
      `SELECT e.seq, i.id AS holder, e.trigger, e.attempt, e.due_at AS dueAt, s.ordinal
       FROM executions e JOIN instances i ON i.seq = e.claimed_by LEFT JOIN schedules s ON s.id = e.schedule_id
       WHERE e.task_seq = ? AND e.state = ${CLAIMED}`,
      taskSeq,
    ) as { seq: number; holder: string; trigger: string; attempt: number; dueAt: number; ordinal: number | null }[]
    const goes = (row: (typeof rows)[number]) =>
      drop === 'all' || (row.trigger === 'schedule' && row.attempt === 1 && row.dueAt > now)
    return rows.filter((row) => !ours.has(row.holder) && goes(row))
  }

  const { showStarted = async () => {}, ...executions } = parts.executions
  /** Where others look at the rows, these say at once what has started. Works within the turn. */
  const shown = <T>(answer: Promise<T>): Promise<T> => {
    void showStarted()
    return answer
  }

  return {
    ...parts,
    executions: {
      ...executions,
      markStarted: (...call: Parameters<typeof executions.markStarted>) => shown(executions.markStarted(...call)),
      enqueue: (...call: Parameters<typeof executions.enqueue>) => shown(executions.enqueue(...call)),
      claim(request: ClaimRequest) {
        ours.add(request.instanceId)
        const { fromRank = Number.MIN_SAFE_INTEGER } = request
        const unwanted = `(rank < ${fromRank} OR seq IN (${wishes.seqs.join(', ')}))`
        const move = (from: number, to: number) =>
          disk.run(`UPDATE executions SET state = ${to} WHERE state = ${from} AND ${unwanted}`)
        move(READY, UNWANTED)
        try {
          return askReplaced(parts.executions.claim(request))
        } finally {
          move(UNWANTED, READY)
        }
      },
      admit: (...call: Parameters<typeof parts.executions.admit>) => askReplaced(parts.executions.admit(...call)),
      async cancelUnclaimed(ids: string[], at: number, reason: string) {
        const answer = await parts.executions.cancelUnclaimed(ids, at, reason)
        const seqs = answer.held.map((row) => row.seq)
        wishes.ask(seqs, { reason, ifUnstarted: false })
        return answer
      },
    },
    tasks: {
      ...parts.tasks,
      async save(row: TaskRow, saving: SaveOptions) {
        const held = heldElsewhere(row.seq, saving)
        const elsewhere = held.map(({ seq }) => seq).join(', ')
        const move = (from: number, to: number) =>
          elsewhere !== '' &&
          disk.run(`UPDATE executions SET state = ${to} WHERE state = ${from} AND seq IN (${elsewhere})`)
        move(CLAIMED, ELSEWHERE)
        let saved: ReturnType<typeof parts.tasks.save>
        try {
          // Works within the turn.
          saved = parts.tasks.save(row, saving)
        } finally {
          move(ELSEWHERE, CLAIMED)
        }
        const result = await saved
        const unwanted = held.filter((each) => saving.drop === 'all' || !isStillDue(each, saving.schedules))
        const seqs = unwanted.map(({ seq }) => seq)
        wishes.ask(seqs, { reason: CHANGED, ifUnstarted: true })
        return result
      },
    },
    cancellations: { of: (instanceId: string, now: number) => wishes.of(instanceId, now, parts.executions) },
  }
}

/**
 * A store that several instances share, as one of them sees it. What it does is done by a database in memory, one call
 * at a time, as the transactions of PostgreSQL do it that wait for each other's locks; where they do not wait but pass
 * over locked rows, rows are hidden at random. Calls take time, get lost on the way there or back, and are carried out
 * whether or not the caller lives to hear of it.
 */
export function connect(opened: StoreParts, options: SharedStoreOptions): Connection {
  const { disk, base, network, process, random, trap, watch, wishes } = options
  const parts = amongOthers(opened, disk, wishes)

  function carryOut<T>(call: string, parameters: unknown[], method: (...given: unknown[]) => Promise<T>): Promise<T> {
    const state = SKIPPING[call]
    const locked = state !== undefined && random.chance(options.contention) ? lockSome(state) : null
    try {
      const heard = watch.before(call, parameters)
      // The database works within the turn: what is hidden is hidden from this call alone.
      const answer = method(...parameters)
      if (heard === undefined) return answer
      return answer.then((value) => {
        heard(value)
        return value
      })
    } finally {
      if (locked !== null) disk.run(`UPDATE executions SET state = ${locked} WHERE state = ${LOCKED}`)
    }
  }

  /** Locks about half of the rows in a state; answers the state, or null when there are none. */
  function lockSome(state: number): number | null {
    const rows = disk.select('SELECT seq FROM executions WHERE state = ?', state)
    const seqs = rows.filter(() => random.chance(0.5)).map((row) => row.seq as number)
    if (seqs.length === 0) return null
    disk.run(`UPDATE executions SET state = ${LOCKED} WHERE seq IN (${seqs.join(', ')})`)
    return state
  }

  const walkMs = (call: string, [asked]: unknown[]) =>
    call === 'claim' && (asked as ClaimRequest).fromRank === undefined ? options.walkMs : 0

  const later = (ms: number, fn: () => void) => (ms > 0 ? void base.after(ms, fn) : fn())

  function request<T>(call: string, parameters: unknown[], method: (...given: unknown[]) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const deliver = (fn: () => void) => process.run(fn)
      const transmit = (isHitAfter: boolean) => {
        const { requestMs, answerMs, outcome } = network.fateOf(options.instance, call)
        const failure = failureOf(outcome)
        const answer = (fn: () => void) => {
          if (isHitAfter) trap.spring()
          later(answerMs + walkMs(call, parameters), () => deliver(fn))
        }
        later(requestMs, () => {
          if (outcome === 'refused' || outcome === 'odd') return answer(() => reject(failure))
          const done = carryOut(call, parameters, method)
          const again = outcome === 'repeated' ? done.then(() => carryOut(call, parameters, method)) : done
          again.then(
            (value) => answer(() => (failure === null ? resolve(value) : reject(failure))),
            (error) => answer(() => reject(error)),
          )
        })
      }
      process.run(() => {
        const hit = trap.take()
        if (hit === 'before') trap.spring()
        // Dead: it never leaves. Frozen: it leaves when the process goes on, with what it knew before.
        process.run(() => transmit(hit === 'after'))
      })
    })
  }

  /** `prefix`: before the names of calls that other ports have, too. */
  function reached<T extends object>(port: T, prefix = ''): T {
    const made = new Map<PropertyKey, unknown>()
    return new Proxy(port, {
      get(target, name) {
        const method = target[name as keyof T]
        if (typeof method !== 'function') return method
        const known = made.get(name)
        if (known) return known
        const bound = method.bind(target) as (...given: unknown[]) => Promise<unknown>
        const call = (...given: unknown[]) =>
          request(`${prefix}${String(name)}`, narrowed(`${prefix}${String(name)}`, given), bound)
        made.set(name, call)
        return call
      },
    })
  }

  function narrowed(call: string, given: unknown[]): unknown[] {
    if (call !== 'claim') return given
    const [request] = given as [ClaimRequest]
    return [{ ...request, most: Math.min(request.most, options.mostPerClaim) }]
  }

  const store: StoreParts = {
    ...parts,
    kind: 'postgres',
    capabilities: { exclusive: false },
    executions: reached(parts.executions),
    tasks: reached(parts.tasks),
    details: reached(parts.details),
    outbox: reached(parts.outbox),
    queries: reached(parts.queries),
    upkeep: reached(parts.upkeep),
    cancellations: reached(parts.cancellations),
    nodes: reached(parts.nodes, 'node.'),
    nodeHistory: reached(parts.nodeHistory, 'node.'),
    pools: reached(parts.pools, 'pool.'),
    eras: reached(parts.eras, 'era.'),
  }
  return { store, time: () => request('time', [], async () => base.now()) }
}
