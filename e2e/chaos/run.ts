import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createRandom } from '@rota/testkit'
import { check, type History, picture, type Verdict } from '@rota/testkit/chronocheck'
import { Cluster, eventually, killAllWith, livingWith } from '@rota/testkit/cluster'
import { collect, settled } from '../collect.ts'
import { createLoad, endLoad, LOAD_MARK } from '../load.ts'
import { Clients } from './clients.ts'
import { FAULTS, LEASE_MS } from './faults.ts'
import type { ChaosOptions } from './options.ts'
import { Stage } from './stage.ts'
import { changingTasks, chaosTasks, jobCommand } from './tasks.ts'

/** Servers, load and checker share the machine; a program alone may take this long to come up. */
const USUAL_LATENESS_MS = 5_000
/** How far ahead an instance claims (2.5 s), and a little. */
const SETTLING_MS = 3_000
const CALM_MS = 8_000
const SETTLED_WITHIN_MS = 120_000
const GONE_WITHIN_MS = 15_000

export interface ChaosResult {
  history: History
  verdict: Verdict
  /** Where report, history, picture and the servers' output are. */
  directory: string
}

/** Lets a cluster work under load and faults, then judges it, and writes a report. Everything it started is ended. */
export async function runChaos(options: ChaosOptions, say: (line: string) => void): Promise<ChaosResult> {
  const directory = join(process.cwd(), options.directory)
  mkdirSync(directory, { recursive: true })
  const random = createRandom(options.seed)
  const cluster = await Cluster.make({
    instances: options.instances,
    store: options.store,
    redis: options.redis,
    clocks: options.faults.includes('clock'),
    logs: directory,
    // What is to be judged must not be thrown away; and crashes are no fault of the tasks here.
    env: { ROTA_EXECUTIONS_HISTORY_COUNT: '0', ROTA_EXAMPLES: 'false' },
    ...(options.faults.includes('connections') && { postgres: { max_connections: '90' } }),
  })
  const stage = new Stage(cluster, random.fork(), say)
  const mark = `chaos-${process.pid}-${options.seed}`
  try {
    await cluster.start()
    say(`${options.instances} × ${options.store}${options.redis ? ' and Redis' : ''} is ready`)
    const history = await live({
      options,
      cluster,
      stage,
      random,
      mark,
      witness: join(directory, 'witness.jsonl'),
      say,
    })
    const verdict = check(history)
    writeReport(directory, options, { history, verdict })
    return { history, verdict, directory }
  } finally {
    stage.close()
    await cluster.destroy()
    killAllWith(`${LOAD_MARK}=${mark}`)
  }
}

interface Life {
  options: ChaosOptions
  cluster: Cluster
  stage: Stage
  random: ReturnType<typeof createRandom>
  mark: string
  witness: string
  say: (line: string) => void
}

async function live({ options, cluster, stage, random, mark, witness, say }: Life): Promise<History> {
  writeFileSync(witness, '')
  const endAt = Date.now() + options.minutes * 60_000
  const { server } = cluster.members[0]!
  const load = { witness, mark }
  const steady = await createLoad(server, chaosTasks(load))
  const changing = await createLoad(server, changingTasks(load))
  const tasks = [...steady, ...changing]
  const clients = new Clients(cluster, random.fork(), jobCommand(load))
  clients.begin(steady, changing)
  stage.watchMachine()
  await sleep(CALM_MS)
  while (Date.now() < endAt && options.faults.length > 0) {
    await FAULTS[stage.random.pick(options.faults)].act(stage)
    await stage.pause(1_000, 8_000)
  }
  await sleep(Math.max(0, endAt - Date.now()))

  say('quiet: the faults are over')
  await stage.heal()
  await sleep(CALM_MS)
  await clients.end()
  await endLoad(server, tasks)
  await settled(server, SETTLED_WITHIN_MS).catch((error: Error) => say(error.message))
  await lookForOrphans(stage, mark)
  for (const { number, server } of cluster.members) {
    for (const { at, code, signal, output } of server.crashes) {
      const text = `ended by itself with ${signal ?? code}: ${output.slice(-500)}`
      stage.sightings.push({ kind: 'crash', instance: number, at, text })
    }
  }
  const { faults, sightings } = stage
  return collect(server, {
    tasks,
    faults,
    sightings,
    operations: clients.operations,
    witness,
    instances: options.instances,
    leaseMs: options.store === 'sqlite' ? 0 : LEASE_MS,
    settlingMs: options.instances > 1 ? SETTLING_MS : 0,
    usualLatenessMs: USUAL_LATENESS_MS,
  })
}

async function lookForOrphans(stage: Stage, mark: string): Promise<void> {
  const living = () => livingWith(`${LOAD_MARK}=${mark}`)
  const areGone = eventually('end of all programs', GONE_WITHIN_MS, () => living().length === 0)
  await areGone.catch(() => {
    const text = `all is done, but programs of the load are alive: ${living()
      .map(({ pid }) => pid)
      .join(', ')}`
    stage.sightings.push({ kind: 'orphan', instance: null, at: Date.now(), text })
  })
}

function writeReport(
  directory: string,
  options: ChaosOptions,
  { history, verdict }: Pick<ChaosResult, 'history' | 'verdict'>,
): void {
  const { findings, doubts } = verdict
  const write = (name: string, text: string) => writeFileSync(join(directory, name), text)
  const counts = { executions: history.executions.length, ledger: history.ledger.length, faults: history.faults.length }
  write('report.json', JSON.stringify({ options, counts, findings, doubts, faults: history.faults }, null, 2))
  write('history.json', JSON.stringify(history))
  write('timeline.svg', picture(history, findings))
}
