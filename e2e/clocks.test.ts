import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import {
  cleanUp,
  eventually,
  type FakedClock,
  fakeClock,
  type OwnPostgres,
  rota,
  ServerProcess,
  startPostgres,
  temporaryFolder,
} from '@rota/testkit/cluster'
import { afterAll, describe, expect, test } from 'vitest'

const HOUR_MS = 3_600_000
/** A server looks at its database's clock every 30 s. */
const SOON_MS = 60_000
const BEHIND = /"behind_ms":3[56]\d{5}\b.*the clock was set back/

const postgres: OwnPostgres[] = []
afterAll(async () => {
  await cleanUp()
  for (const each of postgres) each.stop()
})

function newClock(): FakedClock {
  const folder = temporaryFolder()
  // PostgreSQL, which is somebody else where root runs this, has to read it.
  chmodSync(folder, 0o755)
  const clock = fakeClock(join(folder, 'clock'))
  if (clock === null) throw new Error('There is no libfaketime (Debian: faketime).')
  return clock
}

interface Stage {
  clock: FakedClock
  server: ServerProcess
}

/** A server, and the clock that it goes by: its machine's, or its database's. */
async function stageOf(store: string): Promise<Stage> {
  const clock = newClock()
  const plain = { ROTA_EXAMPLES: 'false' }
  if (store === 'sqlite') return { clock, server: new ServerProcess({ env: { ...plain, ...clock.env } }) }
  const own = await startPostgres({}, clock.env)
  if (own === null) throw new Error('There is no initdb and pg_ctl in the PATH.')
  postgres.push(own)
  return { clock, server: new ServerProcess({ env: { ...plain, ROTA_DATABASE_URL: own.url } }) }
}

interface Status {
  clock_behind: { ms: number } | null
}

const behind = async (server: ServerProcess) => (await server.ask<Status>('GET', '/status')).clock_behind

async function isTold(server: ServerProcess): Promise<void> {
  await eventually(
    () => `word of the clock in the log:\n${server.output}`,
    SOON_MS,
    () => BEHIND.test(server.output),
  )
  expect((await behind(server))!.ms).toBeGreaterThan(0.9 * HOUR_MS)
  const shown = await rota(['status', '--data', server.dataDir])
  expect(shown.stdout).toMatch(/set back: (59 min|1 h)/)
}

// Almost all of their time they wait for the next look at the clock.
describe.concurrent.each(['sqlite', 'postgres'])('a clock that is set back by an hour (%s)', (store) => {
  test('is told in log and status, and when it is right again, that is seen', async () => {
    const { clock, server } = await stageOf(store)
    await server.start()
    expect(await behind(server)).toBeNull()
    clock.set(-HOUR_MS)
    await isTold(server)
    clock.set(0)
    await eventually('clock that is right again', SOON_MS, async () => (await behind(server)) === null)
    await server.stop()
  })

  test('while no server ran is told at the next start', async () => {
    const { clock, server } = await stageOf(store)
    await server.start()
    await server.kill()
    clock.set(-HOUR_MS)
    await server.start()
    await isTold(server)
    await server.stop()
  })
})

describe.concurrent('rota doctor', () => {
  const clockOf = (text: string) => text.split('\n').find((line) => line.includes(' clock '))

  test('tells a machine’s clock that differs from its database’s', async () => {
    const { server } = await stageOf('postgres')
    const doctor = (env: Record<string, string> = {}) =>
      rota(['doctor', '--data', server.dataDir], { ...server.options.env, ...env })
    await server.start()
    const right = await doctor()
    expect([right.code, clockOf(right.stdout)]).toEqual([0, expect.stringContaining('agrees')])
    for (const [offsetMs, words] of [
      [HOUR_MS, /(3599|3600|3601) s ahead of the database’s/],
      [-HOUR_MS, /(3599|3600|3601) s behind the database’s/],
    ] as const) {
      const clock = newClock()
      clock.set(offsetMs)
      const wrong = await doctor(clock.env)
      expect([wrong.code, clockOf(wrong.stdout)]).toEqual([9, expect.stringMatching(words)])
    }
    await server.stop()
  })

  test('tells a clock that is behind what a server on SQLite has seen', async () => {
    const { server, clock } = await stageOf('sqlite')
    await server.start()
    await server.stop()
    clock.set(-HOUR_MS)
    const { code, stdout } = await rota(['doctor', '--data', server.dataDir], clock.env)
    expect([code, clockOf(stdout)]).toEqual([9, expect.stringMatching(/set back: (3[56]\d\d) s behind/)])
  })
})
