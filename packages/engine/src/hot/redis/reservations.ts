import type { Clock, NodeState, Usage } from '@rota/core'
import type { LeaseRef, NodeDelta, NodeLoad, Reservations, Reserved } from '../../ports/reservations.ts'
import type { Bus } from '../bus.ts'
import { createDeltas } from '../deltas.ts'
import type { ScriptName } from './scripts.ts'

/** What of a link it needs. */
interface RoomLink extends Bus {
  /** Whether keys of several slots may stand in one call. */
  readonly isOneServer: boolean
  key(name: string): string
  run<T>(script: ScriptName, keys: readonly string[], args: readonly (string | number)[]): Promise<T>
}

/** How long it is known of a lease that has ended: callers repeat within seconds, and each takes some 400 bytes. */
const TOMBSTONE_MS = 60_000
/** Nodes whose loads one call reads: all others wait for as long as it takes Redis. */
const MOST_READ = 50
/** How long the numbers of a removed node are kept. */
const NUMBERS_MS = 7 * 24 * 3_600_000
const NO_USAGE: Usage = { cpu: null, memory: null, disk: null, gpu: null }

/** Epoch, version, running, reserved, capacity, state: as every script that changes a room answers it. */
type Room = [number, number, number, number, number, NodeState] | []

type ReserveAnswer = ['OK', string, number, Room] | ['FULL', number, Room] | [string, (number | string)?]
type CommitAnswer = ['OK', number, Room] | ['GONE', 'EXPIRED' | 'RELEASED' | 'LOST'] | ['FENCED' | 'EPOCH' | 'UNKNOWN']

/** Room on nodes in Redis: all keys of a node share its slot, and each verb is one script. */
export function createRedisReservations(link: RoomLink, clock: Clock): Reservations & { close(): void } {
  const deltas = createDeltas(link, clock)
  const keysOf = (node: string) => ['meta', 'cap', 'exp', 'run'].map((part) => link.key(`node:{${node}}:${part}`))
  // In the node's own slot whatever its name.
  const leaseKey = (node: string, lease: string) =>
    link.key(`resv:${lease.startsWith(`{${node}}:`) ? lease : `{${node}}:${lease}`}`)

  function changed(node: string, room: Room) {
    if (room.length === 6) deltas.changed(deltaOf(node, room))
  }

  return {
    ...createNodeVerbs({ link, keysOf, leaseKey, changed }),
    ...createLeaseVerbs({ link, keysOf, leaseKey, changed }),
    ...createPoolVerbs(link),
    onDelta: deltas.listen,
    close: deltas.close,
  }
}

interface Ground {
  link: RoomLink
  keysOf(node: string): string[]
  leaseKey(node: string, lease: string): string
  changed(node: string, room: Room): void
}

type NodeVerbs = Pick<Reservations, 'register' | 'beat' | 'setState' | 'verify' | 'loads' | 'remove'>

function createNodeVerbs({ link, keysOf, leaseKey, changed }: Ground): NodeVerbs {
  const withLeases = (node: string, leases: readonly { lease: string }[]) => [
    ...keysOf(node),
    ...leases.map(({ lease }) => leaseKey(node, lease)),
  ]
  return {
    async register({ node, capacity, state, stateReason, running, runTtlMs, era, isRecovering, lastEpoch = 0 }) {
      const args = [capacity, state, stateReason, era, isRecovering ? 1 : 0, runTtlMs, TOMBSTONE_MS, lastEpoch]
      const names = running.map(({ lease }) => lease)
      const [, keep, drop, lost, room] = await link.run<['OK', number[], number[], string[], Room]>(
        'register-node',
        withLeases(node, running),
        [...args, ...names],
      )
      changed(node, room)
      const at = (position: number) => running[position - 1]!
      return { epoch: room[0]!, keep: keep.map(at), drop: drop.map(at), lost }
    },
    async beat({ node, epoch, usage, running, runTtlMs, ackTimeoutMs }) {
      const args = [epoch, JSON.stringify(usage), runTtlMs, ackTimeoutMs, TOMBSTONE_MS]
      const names = running.map(({ lease }) => lease)
      const answer = await link.run<['OK', number[], string[], Room] | ['EPOCH', number] | ['NO_NODE']>(
        'beat-node',
        withLeases(node, running),
        [...args, ...names],
      )
      if (answer[0] === 'NO_NODE') return { outcome: 'no_node' }
      if (answer[0] === 'EPOCH') return { outcome: 'epoch', epoch: answer[1] }
      changed(node, answer[3])
      return { outcome: 'ok', drop: answer[1].map((position) => running[position - 1]!), lost: answer[2] }
    },
    async setState(node, state, reason, term) {
      const keys = keysOf(node).slice(0, 2)
      const [done, room] = await link.run<[number, Room?]>('set-node-state', keys, [state, reason, term ?? ''])
      changed(node, room ?? [])
      return done === 1
    },
    async verify(node) {
      const [drift, room] = await link.run<[number, Room]>('verify-room', keysOf(node), [])
      changed(node, room)
      return drift
    },
    async loads(nodes) {
      const together = link.isOneServer ? MOST_READ : 1
      const reads: Promise<(NodeLoad | null)[]>[] = []
      for (let from = 0; from < nodes.length; from += together) {
        reads.push(readLoads(link, nodes.slice(from, from + together), keysOf))
      }
      return (await Promise.all(reads)).flat()
    },
    async remove(node) {
      await link.run('remove-node', keysOf(node), [NUMBERS_MS])
    },
  }
}

type LoadAnswer = [string, string, string, Room] | []

async function readLoads(
  link: RoomLink,
  nodes: readonly string[],
  keysOf: Ground['keysOf'],
): Promise<(NodeLoad | null)[]> {
  const keys = nodes.flatMap((node) => keysOf(node).slice(0, 2))
  const answers = await link.run<LoadAnswer[]>('read-rooms', keys, [])
  return nodes.map((node, at) => loadOf(node, answers[at]!))
}

function loadOf(node: string, [stateReason, usage, beatAt, room]: LoadAnswer): NodeLoad | null {
  if (room?.length !== 6) return null
  return {
    ...deltaOf(node, room),
    stateReason: stateReason!,
    usage: usage === '' ? NO_USAGE : (JSON.parse(usage!) as Usage),
    beatAt: beatAt === '' ? null : Number(beatAt),
  }
}

type LeaseVerbs = Pick<Reservations, 'reserve' | 'commit' | 'release' | 'sweep'>

function createLeaseVerbs({ link, keysOf, leaseKey, changed }: Ground): LeaseVerbs {
  const keysWith = ({ node, lease }: Pick<LeaseRef, 'node' | 'lease'>) => [...keysOf(node), leaseKey(node, lease)]
  return {
    async reserve(request) {
      const { lease, slots, ttlMs, epoch, holder } = request
      const { executionId, attempt, instance, tenantId } = holder
      const held = ['execution', executionId, 'attempt', attempt, 'instance', instance, 'tenant', tenantId ?? '']
      const args = [lease, slots, ttlMs, epoch ?? '', TOMBSTONE_MS, ...held]
      const answer = await link.run<ReserveAnswer>('reserve-room', keysWith(request), args)
      if (answer[0] === 'OK') changed(request.node, answer[3] as Room)
      if (answer[0] === 'FULL') changed(request.node, answer[2] as Room)
      return reservedOf(answer)
    },
    async commit(ref, runTtlMs) {
      const args = [ref.lease, ref.fence, runTtlMs, TOMBSTONE_MS]
      const answer = await link.run<CommitAnswer>('commit-room', keysWith(ref), args)
      if (answer[0] === 'GONE') return { outcome: 'gone', how: answer[1] }
      if (answer[0] !== 'OK') return { outcome: answer[0].toLowerCase() as 'fenced' | 'epoch' | 'unknown' }
      changed(ref.node, answer[2])
      return { outcome: 'ok', isNew: answer[1] === 1 }
    },
    async release(ref) {
      const answer = await link.run<['OK', number, Room] | ['FENCED' | 'UNKNOWN']>('release-room', keysWith(ref), [
        ref.lease,
        ref.fence,
        TOMBSTONE_MS,
      ])
      if (answer[0] !== 'OK') return { outcome: answer[0] === 'FENCED' ? 'fenced' : 'unknown' }
      changed(ref.node, answer[2])
      return { outcome: 'ok', isNew: answer[1] === 1 }
    },
    async sweep(node, most) {
      const [holds, runs, room] = await link.run<[number, string[], Room]>('sweep-room', keysOf(node), [most])
      changed(node, room)
      return { holds, runs }
    },
  }
}

function createPoolVerbs(link: RoomLink): Pick<Reservations, 'era' | 'setEra' | 'ticket'> {
  const eraKeys = [link.key('cluster_epoch')]
  return {
    async era() {
      return (await link.run<number>('latest-era', eraKeys, [])) || null
    },
    async setEra(era) {
      await link.run('raise-era', eraKeys, [era])
    },
    ticket: (pool) => link.run<number>('take-turn', [link.key(`pool:{${pool}}:rr`)], []),
  }
}

function deltaOf(node: string, [epoch, version, running, reserved, capacity, state]: Exclude<Room, []>): NodeDelta {
  return { node, epoch, version, running, reserved, capacity, state }
}

function reservedOf([code, first, second]: ReserveAnswer): Reserved {
  switch (code) {
    case 'OK':
      return { outcome: 'ok', fence: first as string, free: second as number }
    case 'FULL':
      return { outcome: 'full', free: first as number }
    case 'NOT_READY':
      return { outcome: 'not_ready', state: first as NodeState }
    case 'EPOCH':
      return { outcome: 'epoch', epoch: first as number }
    case 'NO_NODE':
      return { outcome: 'no_node' }
    default:
      return { outcome: 'gone' }
  }
}
