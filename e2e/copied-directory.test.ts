import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  cleanUp,
  eventually,
  isAlive,
  killAllWith,
  livingWith,
  type ProcessId,
  rota,
  ServerProcess,
  temporaryFolder,
} from '@rota/testkit/cluster'
import { afterEach, describe, expect, test } from 'vitest'
import { LOAD_MARK } from './load.ts'

interface Execution {
  id: string
  status: string
}

const marks: string[] = []

afterEach(async () => {
  await cleanUp()
  for (const mark of marks.splice(0)) {
    killAllWith(mark)
  }
})

interface Programs {
  execution: string
  /** A shell, what it waits for, and what has left its session. */
  all: ProcessId[]
}

/** Starts an execution of three processes that never end by themselves. */
async function startPrograms(server: ServerProcess): Promise<Programs> {
  const name = `copied-${process.pid}-${marks.length}-${Math.random()}`
  const mark = `${LOAD_MARK}=${name}`
  marks.push(mark)
  const begun = join(temporaryFolder(), 'begun')
  const payload = { command: `setsid sleep 900 & echo >${begun}; sleep 901` }
  const job = { type: 'shell', payload, env: { [LOAD_MARK]: name }, retry: null }
  const { id } = await server.ask<Execution>('POST', '/api/scheduler/executions', job)
  const all = await eventually('three processes', 20_000, () => {
    const found = livingWith(mark)
    return existsSync(begun) && found.length >= 3 && found
  })
  return { execution: id, all }
}

const alive = ({ all }: Programs) => all.filter(isAlive).length
const reaped = ({ output }: ServerProcess) => /"processes":(\d+).*earlier server left behind/.exec(output)?.[1]
const statusOf = async (server: ServerProcess, { execution }: Programs) =>
  (await server.ask<Execution>('GET', `/api/scheduler/executions/${execution}`)).status

const server = (dataDir?: string) =>
  new ServerProcess({ ...(dataDir !== undefined && { dataDir }), env: { ROTA_EXAMPLES: 'false' } })

/** Ways to a second directory, while a server works in the first. */
const WAYS: Record<string, (from: string, to: string) => Promise<void>> = {
  async 'copied as a whole'(from, to) {
    execFileSync('cp', ['-a', from, to])
  },
  async 'restored from a backup'(from, to) {
    const backup = join(temporaryFolder(), 'backup')
    for (const words of [
      ['backup', backup, '--data', from],
      ['restore', backup, '--data', to],
    ]) {
      const { code, stderr } = await rota(words)
      expect([code, stderr]).toEqual([0, expect.anything()])
    }
  },
}

describe.each(Object.entries(WAYS))('a data directory that was %s and is started beside the original', (_, bring) => {
  test('has a mark of its own, spares the original’s programs, and ends its own alone', async () => {
    const original = await server().start()
    const first = await startPrograms(original)
    const other = server(join(temporaryFolder(), 'other'))
    await bring(original.dataDir, other.dataDir)

    await other.start()
    expect(alive(first)).toBe(first.all.length)
    expect(reaped(other)).toBeUndefined()
    const markOf = ({ dataDir }: ServerProcess) => JSON.parse(readFileSync(join(dataDir, 'identity.json'), 'utf8')).mark
    expect(markOf(other)).not.toBe(markOf(original))

    const second = await startPrograms(other)
    await other.kill()
    await other.start()
    expect(alive(second)).toBe(0)
    expect(Number(reaped(other))).toBeGreaterThanOrEqual(second.all.length)
    expect(alive(first)).toBe(first.all.length)
    expect(await statusOf(original, first)).toBe('running')

    // The original is dead: what it has left behind is still its own to end.
    await original.kill()
    await other.kill()
    await other.start()
    expect(alive(first)).toBe(first.all.length)
    await original.start()
    expect(alive(first)).toBe(0)
    expect(Number(reaped(original))).toBeGreaterThanOrEqual(first.all.length)
    expect(await statusOf(original, first)).toBe('failed')
    for (const each of [original, other]) expect(await each.stop()).toEqual({ code: 0, signal: null })
  })
})
