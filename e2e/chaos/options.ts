import { parseArgs } from 'node:util'
import { FAULTS, type FaultName } from './faults.ts'

export interface ChaosOptions {
  minutes: number
  seed: number
  instances: number
  store: 'sqlite' | 'postgres'
  redis: boolean
  /** Kinds of faults to draw from; none for a run without. */
  faults: FaultName[]
  /** Folder for the report. */
  directory: string
}

export const USAGE = `npm run chaos -- [--minutes N] [--seed S] [--store sqlite|postgres] [--instances N] [--redis]
                 [--faults ${Object.keys(FAULTS).join(',')}] [--directory FOLDER]`

/** Reads the command line. Throws an Error with words for whoever typed it. */
export function readOptions(argv: string[]): ChaosOptions {
  const { values } = parseArgs({
    args: argv,
    options: {
      minutes: { type: 'string', default: '3' },
      seed: { type: 'string' },
      store: { type: 'string', default: 'postgres' },
      instances: { type: 'string' },
      redis: { type: 'boolean', default: false },
      faults: { type: 'string' },
      directory: { type: 'string' },
    },
  })
  const { store } = values
  if (store !== 'sqlite' && store !== 'postgres') throw new Error(`--store is sqlite or postgres, not "${store}".`)
  const seed = numberOf('--seed', values.seed ?? String(Math.floor(Math.random() * 1e9)))
  const instances = numberOf('--instances', values.instances ?? (store === 'sqlite' ? '1' : '3'))
  if (store === 'sqlite' && instances !== 1) throw new Error('--store sqlite has one instance.')
  const setting = { store, redis: values.redis }
  const possible = (Object.keys(FAULTS) as FaultName[]).filter((name) => isPossible(name, setting))
  const wanted = values.faults?.split(',').filter((name) => name !== '') ?? possible
  for (const name of wanted) {
    if (!possible.includes(name as FaultName))
      throw new Error(`--faults: "${name}" is not possible here; there are ${possible.join(', ')}.`)
  }
  return {
    minutes: numberOf('--minutes', values.minutes),
    seed,
    instances,
    store,
    redis: values.redis,
    faults: wanted as FaultName[],
    directory: values.directory ?? `chaos-reports/${seed}`,
  }
}

function isPossible(name: FaultName, { store, redis }: { store: string; redis: boolean }): boolean {
  const { needs } = FAULTS[name]
  return (needs !== 'postgres' || store === 'postgres') && (needs !== 'redis' || redis)
}

function numberOf(name: string, text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new Error(`${name} takes a number above 0, not "${text}".`)
  return value
}
