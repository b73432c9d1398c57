import { loadOf } from '../favour.ts'
import type { Candidate } from '../model.ts'
import { best } from './drawing.ts'
import type { PickBy } from './strategy.ts'

/** How much each thing counts that work uses. Slots are among them: usage as last told knows nothing of what came since. */
const COUNTS = { cpu: 4, memory: 4, gpu: 2, disk: 1, slots: 4 } as const
/** What is not known, or no longer. */
const UNKNOWN = 0.5
/** Two beats: usage older than this counts less with every beat that is missed. */
const FRESH_MS = 20_000
const HALF_LIFE_MS = 10_000

/** The largest free share of processor, memory, GPU, disk and slots. */
export const resourceBased: PickBy = ({ fitting, favours, random }) => {
  const scores = new Float64Array(fitting.length)
  for (let i = 0; i < scores.length; i++) scores[i] = freeShare(fitting[i]!) * favours.of[i]!
  return {
    order: best(scores, random),
    scores,
    parts: (position) => favours.parts(position, 'free', freeShare(fitting[position]!)),
    weights: null,
  }
}

/** A node without a GPU is judged by the rest. */
function freeShare(candidate: Candidate): number {
  const { usage, usageAgeMs } = candidate
  const trust = usageAgeMs <= FRESH_MS ? 1 : 0.5 ** ((usageAgeMs - FRESH_MS) / HALF_LIFE_MS)
  const free = (share: number | null) => 1 - (share === null ? UNKNOWN : UNKNOWN + (share - UNKNOWN) * trust)
  const gpuCount = usage.gpu === null ? 0 : COUNTS.gpu
  const sum =
    COUNTS.cpu * free(usage.cpu) +
    COUNTS.memory * free(usage.memory) +
    COUNTS.disk * free(usage.disk) +
    gpuCount * free(usage.gpu) +
    COUNTS.slots * (1 - loadOf(candidate))
  return sum / (COUNTS.cpu + COUNTS.memory + COUNTS.disk + gpuCount + COUNTS.slots)
}
