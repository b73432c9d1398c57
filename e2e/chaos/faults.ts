import { setTimeout as sleep } from 'node:timers/promises'
import type { Member } from '@rota/testkit/cluster'
import type { CommitCut } from '@rota/testkit/faults'
import { Client } from 'pg'
import type { Stage } from './stage.ts'

interface ChaosFault {
  needs: 'nothing' | 'postgres' | 'redis'
  /** Lets it happen, and ends it. */
  act: (stage: Stage) => Promise<void>
}

/** Of an instance of a cluster; packages/engine/src/engine.ts. */
export const LEASE_MS = 4_000
const SKEW_MS = 5 * 60_000

/** Everything that may befall a cluster, by the name that `--faults` takes. */
export const FAULTS = {
  kill: { needs: 'nothing', act: kill },
  pause: { needs: 'nothing', act: pause },
  rolling: { needs: 'nothing', act: rollingRestart },
  clock: { needs: 'nothing', act: setClock },
  crash: { needs: 'postgres', act: (stage) => restartPostgres(stage, 'immediate') },
  restart: { needs: 'postgres', act: (stage) => restartPostgres(stage, 'fast') },
  cut: { needs: 'postgres', act: cutConnections },
  commit: { needs: 'postgres', act: cutCommits },
  readonly: { needs: 'postgres', act: makeReadOnly },
  connections: { needs: 'postgres', act: exhaustConnections },
  slow: { needs: 'postgres', act: slowDown },
  partition: { needs: 'postgres', act: partition },
  flush: { needs: 'redis', act: flushRedis },
  redis: { needs: 'redis', act: restartRedis },
  hang: { needs: 'redis', act: hangRedis },
} as const satisfies Record<string, ChaosFault>

export type FaultName = keyof typeof FAULTS

async function kill(stage: Stage) {
  const member = stage.anyone()
  await stage.befall({ kind: 'death', what: 'kill -9', member }, async () => {
    await member.server.kill()
    stage.sure()
    if (stage.random.chance(0.5)) await stage.pause(0, LEASE_MS + 10_000)
    await member.server.start()
  })
}

async function pause(stage: Stage) {
  const member = stage.anyone()
  await stage.befall({ kind: 'pause', what: 'SIGSTOP', member }, async () => {
    member.server.signal('SIGSTOP')
    if (stage.random.chance(0.5)) await stage.pause(1_000, 8_000)
    else await stage.pause(LEASE_MS + 5_000, LEASE_MS + 15_000)
    member.server.signal('SIGCONT')
  })
}

async function rollingRestart(stage: Stage) {
  for (const member of stage.random.shuffle(stage.cluster.members)) {
    await stage.befall({ kind: 'drain', what: 'SIGTERM and start', member }, async () => {
      await member.server.stop()
      await member.server.start()
    })
  }
}

async function setClock(stage: Stage) {
  const member = stage.anyone()
  const { clock } = member
  if (clock === null) return
  const offsetMs = stage.random.int(-SKEW_MS, SKEW_MS)
  const alone = stage.cluster.postgres === null
  // A server on its own has no other clock to go by: what it does then is not judged here.
  if (alone) return
  await stage.befall({ kind: 'clock', what: `clock ${(offsetMs / 1_000).toFixed(0)} s off`, member }, async () => {
    clock.set(offsetMs)
    await stage.pause(5_000, 20_000)
    clock.set(0)
    await sleep(1_500)
  })
}

async function restartPostgres(stage: Stage, mode: 'immediate' | 'fast') {
  const { postgres } = stage.cluster
  await stage.befall({ kind: 'store', what: `PostgreSQL ${mode} restart` }, async () => {
    await postgres!.end(mode)
    if (stage.random.chance(0.6)) await stage.pause(0, 10_000)
    await postgres!.begin()
  })
}

async function cutConnections(stage: Stage) {
  const members = someone(stage)
  await stage.befall({ kind: 'store', what: `cut ${namesOf(members)}` }, async () => {
    for (let i = stage.random.int(1, 20); i > 0; i--) {
      for (const { postgres } of members) postgres!.cut()
      await stage.pause(10, 400)
    }
  })
}

async function cutCommits(stage: Stage) {
  const members = someone(stage)
  await stage.befall({ kind: 'store', what: `cut COMMITs ${namesOf(members)}` }, async () => {
    for (const { postgres } of members) {
      const count = stage.random.int(1, 10)
      const cuts = Array.from({ length: count }, (): CommitCut => (stage.random.chance(0.7) ? 'after' : 'before'))
      postgres!.cutCommits(...cuts)
    }
    await stage.pause(2_000, 6_000)
    for (const { postgres } of members) await postgres!.heal()
  })
}

async function makeReadOnly(stage: Stage) {
  await stage.befall({ kind: 'store', what: 'read-only' }, async () => {
    await stage.sql('ALTER SYSTEM SET default_transaction_read_only = on', 'SELECT pg_reload_conf()')
    await stage.pause(2_000, 10_000)
    await stage.sql('ALTER SYSTEM RESET default_transaction_read_only', 'SELECT pg_reload_conf()')
  })
}

/** Others take every connection, and the servers lose theirs. */
async function exhaustConnections(stage: Stage) {
  const others: Client[] = []
  await stage.befall({ kind: 'store', what: 'too many connections' }, async () => {
    try {
      for (const { postgres } of stage.cluster.members) await postgres!.set({ refuse: true })
      for (const { postgres } of stage.cluster.members) postgres!.cut()
      for (;;) {
        const client = new Client({ connectionString: stage.cluster.postgres!.url })
        client.on('error', () => {})
        try {
          await client.connect()
        } catch {
          break
        }
        others.push(client)
      }
      for (const { postgres } of stage.cluster.members) await postgres!.set({ refuse: false })
      await stage.pause(2_000, 10_000)
    } finally {
      await Promise.all(others.map((client) => client.end().catch(() => undefined)))
    }
  })
}

async function slowDown(stage: Stage) {
  const members = someone(stage)
  const delayMs = stage.random.pick([20, 100, 400, 1_500])
  await stage.befall({ kind: 'store', what: `${delayMs} ms slower ${namesOf(members)}` }, async () => {
    for (const { postgres } of members) await postgres!.set({ delayMs, bytesPerSecond: 500_000 })
    await stage.pause(3_000, 12_000)
    for (const { postgres } of members) await postgres!.heal()
  })
}

async function partition(stage: Stage) {
  const member = stage.anyone()
  const blackhole = stage.random.pick(['up', 'down', 'both'] as const)
  await stage.befall({ kind: 'network', what: `nothing gets through (${blackhole})`, member }, async () => {
    await member.postgres!.set({ blackhole })
    if (stage.random.chance(0.5)) await stage.pause(1_000, 8_000)
    else await stage.pause(LEASE_MS + 5_000, LEASE_MS + 15_000)
    await member.postgres!.heal()
  })
}

async function flushRedis(stage: Stage) {
  await stage.befall({ kind: 'hot', what: 'FLUSHALL' }, async () => {
    for (let i = stage.random.int(1, 5); i > 0; i--) {
      await stage.cluster.redis!.say('FLUSHALL')
      await stage.pause(100, 2_000)
    }
  })
}

async function restartRedis(stage: Stage) {
  const { redis } = stage.cluster
  await stage.befall({ kind: 'hot', what: 'Redis kill -9' }, async () => {
    await redis!.end()
    await stage.pause(0, 8_000)
    await redis!.begin()
  })
}

async function hangRedis(stage: Stage) {
  const { redis } = stage.cluster
  await stage.befall({ kind: 'hot', what: 'Redis hangs' }, async () => {
    redis!.hang()
    await stage.pause(2_000, 10_000)
    redis!.goOn()
  })
}

/** One, or all of them. */
const someone = (stage: Stage): readonly Member[] =>
  stage.random.chance(0.5) ? [stage.anyone()] : stage.cluster.members

const namesOf = (members: readonly Member[]) => members.map(({ number }) => number).join(' and ')
