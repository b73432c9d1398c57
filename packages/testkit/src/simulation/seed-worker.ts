import { parentPort, workerData } from 'node:worker_threads'
import { simulate } from './simulate.ts'
import { takeTurns } from './turns.ts'

const { hours } = workerData as { hours: number }
const turns = takeTurns()

parentPort!.on('message', (seed: number) => {
  void simulate({ seed, hours, turns }).then((verdict) => parentPort!.postMessage(verdict))
})
