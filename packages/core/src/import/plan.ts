import { distinctName } from './distinct-name.ts'
import { identityIn } from './identity.ts'
import type { ImportedTask } from './imported-task.ts'
import { type Finding, matchJobs } from './match.ts'
import { type ImportStep, type ImportWishes, type StandingTask, stepFor } from './step.ts'

/** What a reader of some format has made of a file: its lines or entries, those that are jobs with a task. */
export interface ReadFile<Entry extends ReadEntry> {
  entries: readonly Entry[]
  /** False when the file as a whole is something else: then nothing is known to have gone from it. */
  isReadable: boolean
}

export interface ReadEntry {
  /** 1-based. */
  line: number
  task?: ImportedTask
}

export interface PlannedEntry<Entry, Standing> {
  entry: Entry
  /** As it is to be made or changed; null where there is no job. */
  task: ImportedTask | null
  finding: Finding | null
  /** The task of this job, else the one that has its name. */
  there: Standing | null
  /** Null where nothing is to be done. */
  step: ImportStep | null
}

export interface ImportPlan<Entry, Standing> {
  /** One per entry, in order. */
  entries: PlannedEntry<Entry, Standing>[]
  /** Tasks of earlier imports whose jobs the file no longer has. `gonePolicy` says what becomes of them. */
  gone: Standing[]
  gonePolicy: ImportWishes['gone']
}

/** What there is beside the file. */
export interface ImportSurroundings<Standing> {
  /** How names tell the file from others: its path. */
  source: string
  /** What earlier imports of the file have made. */
  earlier: readonly Standing[]
  /** Names that are taken, each with the file that it comes from; null for what comes from none. Grows by the plan. */
  taken: Map<string, string | null>
}

/**
 * Says what an import does with each entry of a file, whatever format that has: which task it becomes, under which
 * name, and whether that is made, changed or left alone. Pure: it yields names, and is given the tasks that have them;
 * whoever looks nothing up answers with an empty map, and asks `whenTaken` about a name that turns out to be taken.
 * Every job is named, also those that are left out: a name must not depend on what is chosen.
 */
export function* planningImport<Entry extends ReadEntry, Standing extends StandingTask>(
  file: ReadFile<Entry>,
  around: ImportSurroundings<Standing>,
  wishes: ImportWishes,
): Generator<readonly string[], ImportPlan<Entry, Standing>, ReadonlyMap<string, Standing>> {
  const jobs = file.entries.flatMap(({ task }) => task ?? [])
  const matches = matchJobs(jobs, around.earlier)
  const prefixed = (task: ImportedTask) => (wishes.prefix ?? '') + task.name
  for (const { name } of around.earlier) around.taken.set(name, around.source)
  // Most names are free: all are asked for at once.
  const wanted = jobs.map(prefixed)
  const found = yield wanted
  const known = new Map(wanted.map((name) => [name, found.get(name) ?? null]))
  const chosen = wishes.lines === undefined ? null : new Set(wishes.lines)
  const entries: PlannedEntry<Entry, Standing>[] = []
  let job = 0
  for (const entry of file.entries) {
    if (entry.task === undefined) {
      entries.push({ entry, task: null, finding: null, there: null, step: null })
      continue
    }
    const { finding, earlier } = matches.jobs[job++]!
    const own = earlier === null ? null : { name: earlier.name, there: earlier }
    const { name, there } = own ?? (yield* placeOf(prefixed(entry.task), known, around))
    const task = adapted(entry.task, name, wishes)
    const isChosen = chosen === null || chosen.has(entry.line)
    const step = isChosen ? stepFor({ task, finding, earlier, there }, wishes) : null
    entries.push({ entry, task, finding, there, step })
  }
  const gone = file.isReadable ? matches.gone : []
  // Only an import of the whole file knows what is gone for good.
  return { entries, gone, gonePolicy: chosen === null ? wishes.gone : 'keep' }
}

/** A name of its own for a new job, and the task that has it and is no import. */
function* placeOf<Standing extends StandingTask>(
  wanted: string,
  known: Map<string, Standing | null>,
  { source, taken }: ImportSurroundings<Standing>,
): Generator<readonly string[], { name: string; there: Standing | null }, ReadonlyMap<string, Standing>> {
  for (;;) {
    const name = distinctName(wanted, source, taken)
    if (!known.has(name)) known.set(name, (yield [name]).get(name) ?? null)
    const there = known.get(name) ?? null
    const from = identityIn(there?.origin)
    taken.set(name, from?.source ?? source)
    // A task that another file has made is never changed by this one.
    if (from === null) return { name, there }
  }
}

/** {@link planningImport} where names are not looked up beforehand. */
export function planImport<Entry extends ReadEntry, Standing extends StandingTask>(
  file: ReadFile<Entry>,
  around: ImportSurroundings<Standing>,
  wishes: ImportWishes,
): ImportPlan<Entry, Standing> {
  const planning = planningImport(file, around, wishes)
  for (;;) {
    const step = planning.next(new Map())
    if (step.done === true) return step.value
  }
}

/** The task with what is asked for all of them. */
function adapted(task: ImportedTask, name: string, { group, enabled, keepsUser }: ImportWishes): ImportedTask {
  const { run_as: _user, ...anyone } = task
  return {
    ...(keepsUser ? task : anyone),
    name,
    group: group === undefined ? task.group : group,
    enabled: task.enabled && enabled !== false,
  }
}
