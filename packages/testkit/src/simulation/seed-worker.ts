import { parentPort, workerData } from 'node:worker_threads'
import { simulateCluster } from './cluster/simulate-cluster.ts'
import { simulateFleet } from './fleet/simulate-fleet.ts'
import type { WorldKind } from './run-seeds.ts'
import { simulate } from './simulate.ts'
import { takeTurns } from './turns.ts'

const { world, hours } = workerData as { world: WorldKind; hours: number }
const play = { alone: simulate, cluster: simulateCluster, fleet: simulateFleet }[world]
const turns = takeTurns()

parentPort!.on('message', (seed: number) => {
  void play({ seed, hours, turns }).then((verdict) => parentPort!.postMessage(verdict))
})
