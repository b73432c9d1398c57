import { existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault, History } from '@rota/testkit/chronocheck'
import { check, report } from '@rota/testkit/chronocheck'
import { cleanUp, eventually, killAllWith, ServerProcess, temporaryFolder } from '@rota/testkit/cluster'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { collect, settled } from './collect.ts'
import { createLoad, endLoad, LOAD_MARK, loadTasks } from './load.ts'
import { canMount, fileSizeLimit, type Scarcity, smallDisk } from './scarcity.ts'

const FULL_MS = 6_000
/** What a job prints before the fault and after it; twice as many while it lasts. */
const LINES = 25

interface Talker {
  id: string
  status: string
  exit_code: number | null
}

const ways: [string, () => Scarcity][] = [['a limit on file sizes', fileSizeLimit]]
if (canMount()) ways.push(['a full disk', smallDisk])

describe.each(ways)('when %s keeps the server from writing', (_way, make) => {
  const mark = `disk-${process.pid}-${Math.random()}`
  let asked: { status: number; body: { id: string } }
  let scarcity: Scarcity
  let server: ServerProcess
  let talker: Talker
  let history: History
  let pid: number
  /** Where the long job counts its lines: however slow the machine is, so many come before, in and after the fault. */
  let counted: string

  const said = () => statSync(counted, { throwIfNoEntry: false })?.size ?? 0
  async function goOn(lines: number) {
    const from = said()
    await eventually(`${lines} lines more`, 30_000, () => said() >= from + lines)
  }

  beforeAll(async () => {
    const folder = temporaryFolder()
    const witness = join(folder, 'witness.jsonl')
    scarcity = make()
    server = await new ServerProcess({ dataDir: scarcity.dataDir }).start()
    pid = server.pid
    const mild = loadTasks({ witness, mark }).filter(({ input }) => /^(tick|retry|noisy)/.test(input.name))
    for (const { input } of mild) input.command = `ulimit -S -f unlimited\n${input.command}`
    const tasks = await createLoad(server, mild)
    const begun = join(folder, 'begun')
    const enough = join(folder, 'enough')
    counted = join(folder, 'counted')
    const line = `i=$((i+1)); echo "line $i"; echo >>${counted}`
    const talk = `: >${begun}; i=0; while [ ! -e ${enough} ]; do ${line}; sleep 0.1; done`
    const job = { type: 'shell', payload: { command: `ulimit -S -f unlimited\n${talk}` }, env: { [LOAD_MARK]: mark } }
    talker = await server.ask<Talker>('POST', '/api/scheduler/executions', job)
    await eventually('begin of the long job', 10_000, () => existsSync(begun))
    await goOn(LINES)
    const faults = [await suffer()]
    await goOn(LINES)
    await sleep(4_000)
    writeFileSync(enough, '')
    await endLoad(server, tasks)
    await settled(server, 30_000)
    history = await collect(server, { tasks, faults, witness })
    talker = await server.ask<Talker>('GET', `/api/scheduler/executions/${talker.id}`)
  }, 120_000)

  /** From the last moment with space until the server says that it works again. */
  async function suffer(): Promise<Fault> {
    const at = Date.now()
    scarcity.exhaust(pid)
    await eventually('server that says it is not ready', 20_000, async () => (await ready()) === 503)
    asked = await submit()
    await Promise.all([sleep(FULL_MS), goOn(2 * LINES)])
    scarcity.relieve(pid)
    await eventually('server that is ready again', 30_000, async () => (await ready()) === 200)
    return { at, sureAt: at, until: Date.now(), kind: 'store', instance: 1, what: 'disk full' }
  }

  const submit = () =>
    server.api<{ id: string }>('POST', '/api/scheduler/executions', { type: 'shell', payload: { command: 'true' } })
  const ready = async () => (await fetch(`${server.url}/ready`)).status

  afterAll(async () => {
    await server.kill()
    killAllWith(`${LOAD_MARK}=${mark}`)
    scarcity.remove()
    await cleanUp()
  })

  test('it says so, takes no work that it cannot keep, and goes on by itself when there is space', async () => {
    expect(server.pid).toBe(pid)
    const taken = [await submit()]
    // Where the file still has room within itself, a little can be kept even now; then it must be.
    if (asked.status === 201) taken.push(asked)
    else expect(asked.status).toBe(503)
    await settled(server, 10_000)
    for (const { body } of taken) {
      const path = `/api/scheduler/executions/${body.id}`
      expect(await server.ask('GET', path)).toMatchObject({ status: 'success' })
    }
  })

  test('no due instant is forgotten or run twice, and what ended meanwhile is recorded as it ended', () => {
    const { findings } = check(history)
    expect(findings, report(findings)).toEqual([])
    expect(history.executions.filter((row) => row.failure === 'lost')).toEqual([])
    expect(history.ledger.length).toBeGreaterThan(40)
  })

  test('a task that ran all the while has its result, and a log that is whole or says what is not there', async () => {
    expect(talker).toMatchObject({ status: 'success', exit_code: 0 })
    const path = `/api/scheduler/executions/${talker.id}/logs?limit=10000`
    const { logs } = await server.ask<{ logs: { message: string; stream: string }[] }>('GET', path)
    const kept = logs.filter((line) => line.stream === 'stdout')
    const lost = logs
      .filter((line) => line.stream === 'system')
      .reduce((sum, line) => sum + Number(/^\[(\d+) lines? w/.exec(line.message)?.[1] ?? 0), 0)
    expect(kept[0]?.message).toBe('line 1')
    expect(lost).toBeGreaterThan(20)
    expect(kept.at(-1)?.message).toBe(`line ${kept.length + lost}`)
    expect(kept.length).toBeGreaterThan(40)
  })
})
