import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '@rota/testkit'
import type { Fault, FaultKind, Sighting } from '@rota/testkit/chronocheck'
import { type Cluster, eventually, type Member } from '@rota/testkit/cluster'
import { Client } from 'pg'

const READY_WITHIN_MS = 90_000
const LOOK_EVERY_MS = 250
/** Beyond this the machine itself stood still. */
const STALL_MS = 1_000

/** What faults are made on: the cluster, chance, and a record of what was done. */
export class Stage {
  readonly cluster: Cluster
  readonly random: Random
  readonly faults: Fault[] = []
  readonly sightings: Sighting[] = []
  readonly #say: (line: string) => void
  #watch: NodeJS.Timeout | null = null

  constructor(cluster: Cluster, random: Random, say: (line: string) => void) {
    this.cluster = cluster
    this.random = random
    this.#say = say
  }

  /** Says and records a fault, and waits afterwards until the servers take work again. */
  async befall(
    { kind, what, member = null }: { kind: FaultKind; what: string; member?: Member | null },
    act: () => Promise<void>,
  ): Promise<void> {
    const who = member === null ? '' : ` instance ${member.number}`
    this.#say(`${what}${who}`)
    const fault: Fault = { kind, instance: member?.number ?? null, at: Date.now(), sureAt: 0, until: 0, what }
    this.faults.push(fault)
    const end = Number.POSITIVE_INFINITY
    fault.until = end
    fault.sureAt = fault.at
    try {
      await act()
      await this.allReady()
    } finally {
      fault.until = Date.now()
    }
  }

  /** Tells when the last fault had surely begun. */
  sure(): void {
    this.faults.at(-1)!.sureAt = Date.now()
  }

  /** Any member whose process runs. */
  anyone(): Member {
    return this.random.pick(this.cluster.running)
  }

  async pause(fromMs: number, toMs: number): Promise<number> {
    const ms = this.random.int(fromMs, toMs)
    await sleep(ms)
    return ms
  }

  /** Waits until all say that they are ready; who does not is a finding. */
  async allReady(): Promise<void> {
    for (const { server, number } of this.cluster.members) {
      let answer = 'no answer'
      const isReady = async () => {
        const reply = await fetch(`${server.url}/ready`, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined)
        if (reply !== undefined) answer = `${reply.status} ${await reply.text()}`
        else await sleep(LOOK_EVERY_MS)
        return reply?.ok
      }
      await eventually('ready', READY_WITHIN_MS, isReady).catch(() => {
        const text = `is not ready ${READY_WITHIN_MS / 1_000} s after a fault: ${answer}`
        this.sightings.push({ kind: 'notReady', instance: number, at: Date.now(), text })
      })
      if (!server.isRunning) await server.start()
    }
  }

  /** Statements as the superuser, past the proxies, and past a database that is read-only. */
  async sql(...statements: string[]): Promise<void> {
    const client = new Client({
      connectionString: this.cluster.postgres!.url,
      options: '-c default_transaction_read_only=off',
    })
    client.on('error', () => {})
    await client.connect()
    try {
      for (const statement of statements) await client.query(statement)
    } finally {
      await client.end()
    }
  }

  /** Notes when everything stood still, this process included: nobody can be punctual then. */
  watchMachine(): void {
    let last = Date.now()
    this.#watch = setInterval(() => {
      const now = Date.now()
      const stall = { at: last, sureAt: last, until: now, what: 'machine stood still' }
      if (now - last > STALL_MS) this.faults.push({ ...stall, kind: 'machine', instance: null })
      last = now
    }, LOOK_EVERY_MS)
  }

  /** No more faults: fair weather everywhere, everybody up. */
  async heal(): Promise<void> {
    for (const { postgres, redis, clock, server } of this.cluster.members) {
      await postgres?.heal()
      await redis?.heal()
      clock?.set(0)
      if (server.isRunning) server.signal('SIGCONT')
    }
    await this.allReady()
  }

  close(): void {
    clearInterval(this.#watch ?? undefined)
  }
}
