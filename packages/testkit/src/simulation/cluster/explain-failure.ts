import { takeTurns } from '../turns.ts'
import { type ClusterScenarioOptions, drawClusterScenario } from './scenario.ts'
import { shrink } from './shrink.ts'
import { playCluster } from './simulate-cluster.ts'

const UUID = /[0-9a-f]{8}-[0-9a-f-]{27}/g
/** Lines before the first complaint that are shown whatever they are about. */
const LINES_BEFORE = 15
const MOST_LINES = 80

/** Prints what is left of a seed that fails when all is left out that it fails without, and its trace up to there. */
export async function explainFailure(options: ClusterScenarioOptions, print: (line: string) => void): Promise<void> {
  const turns = takeTurns()
  try {
    const least = await shrink(drawClusterScenario(options), { turns })
    const trace: string[] = []
    const { complaints } = await playCluster(least, { turns, onNote: (line) => trace.push(line) })
    print(`seed ${options.seed} fails with ${least.definitions.length} tasks and this alone:`)
    for (const mishap of least.mishaps) print(`  ${JSON.stringify(mishap)}`)
    for (const complaint of complaints.slice(0, 5)) print(`  !! ${complaint}`)
    print('its trace:')
    for (const line of tellingLines(trace, complaints[0] ?? '')) print(`  ${line}`)
  } finally {
    turns.restore()
  }
}

/** What names an execution of the first complaint, what befalls instances, and what comes right before. */
function tellingLines(trace: readonly string[], complaint: string): string[] {
  const ids = complaint.match(UUID) ?? []
  const first = trace.findIndex((line) => line.includes(' !! '))
  const until = first < 0 ? trace.length : first + 1
  const isTelling = (line: string, at: number) =>
    ids.some((id) => line.includes(id)) ||
    /instance \d+ (boots|dies|freezes|goes on|stops|has stopped)|\{"at"/.test(line) ||
    at >= until - LINES_BEFORE
  return trace.slice(0, until).filter(isTelling).slice(-MOST_LINES)
}
