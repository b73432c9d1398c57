import type { Engine, EngineEvent, KeptHappening, MemoryDisk, OutboxEntry } from '@rota/engine'
import { ManualClock } from '../manual-clock.ts'

const KINDS = ['execution_finished', 'execution_retried'] as const
/** A consumer that never comes, for whom everything is kept. */
const ARCHIVE = 'archive'
const FOLLOWER = 'follower'
/** To follow takes as long as everything else together, so that it is done in one run of so many. */
const FOLLOWED = 6

/**
 * Hears what engines tell of ends: to whoever listens, and through the outbox. What is told can be read, and is told
 * once; and through the outbox everything is, in the order in which it became of an execution.
 */
export class EarWitness {
  readonly #disk: MemoryDisk
  readonly #complain: (what: string) => void
  readonly #follows: boolean
  readonly #heard = new Set<string>()
  /** Numbers of the entries that a follower was given. */
  readonly #given = new Set<number>()

  constructor(disk: MemoryDisk, { seed, complain }: { seed: number; complain: (what: string) => void }) {
    this.#disk = disk
    this.#complain = complain
    this.#follows = seed % FOLLOWED === 1
    void disk.open(new ManualClock()).outbox.want(ARCHIVE, KINDS, 0)
  }

  /** Listens to an engine that is about to start; `isAlive` says whether somebody could still hear it. */
  listenTo(engine: Engine, isAlive: () => boolean) {
    engine.on((event) => isAlive() && this.#hear(event))
    if (!this.#follows) return
    const handle = async (entries: readonly OutboxEntry[]) => {
      if (isAlive()) this.#take(entries)
    }
    engine.follow(FOLLOWER, { kinds: KINDS, handle })
  }

  /** `isSure`: nothing went wrong, so that nothing that was told can have got lost on its way. */
  judge(isSure: boolean) {
    const ends = this.#readArchive()
    for (const { id } of this.#disk.select('SELECT id FROM execution_history')) {
      if (!ends.has(id as string)) this.#complain(`the end of ${id} is kept for nobody`)
      if (isSure && !this.#heard.has(id as string)) this.#complain(`nobody tells of the end of ${id}`)
    }
    const read = `SELECT seq FROM happenings WHERE seq <= (SELECT read_to FROM outbox_consumers WHERE name = '${FOLLOWER}')`
    for (const { seq } of this.#disk.select(read)) {
      if (!this.#given.has(seq as number)) this.#complain(`entry ${seq} was passed over`)
    }
  }

  #hear(event: EngineEvent) {
    if (event.type !== 'execution_finished') return
    const { id, status } = event
    if (this.#heard.has(id)) this.#complain(`the end of ${id} is told twice`)
    this.#heard.add(id)
    const [live] = this.#disk.select('SELECT state FROM executions WHERE id = ?', id)
    if (live !== undefined) this.#complain(`the end of ${id} is told before it can be read`)
    const [ended] = this.#disk.select('SELECT status FROM execution_history WHERE id = ?', id)
    if (ended !== undefined && ended.status !== status) this.#complain(`${id} is told to be ${status}: ${ended.status}`)
  }

  /** Once more where whoever had them died, but never past something that was not given. */
  #take(entries: readonly OutboxEntry[]) {
    for (const { seq } of entries) this.#given.add(seq)
  }

  /** Answers what has ended. */
  #readArchive(): Set<string> {
    const ends = new Set<string>()
    const retried = new Map<string, number>()
    for (const { seq, body } of this.#disk.select('SELECT seq, body FROM happenings ORDER BY seq')) {
      const { id, attempt, kind } = JSON.parse(body as string) as KeptHappening
      if (ends.has(id)) this.#complain(`${id} has ended, and goes on with entry ${seq}`)
      if (kind === 'execution_finished') ends.add(id)
      else if ((retried.get(id) ?? 0) >= attempt) this.#complain(`attempt ${attempt} of ${id} is kept twice`)
      else retried.set(id, attempt)
    }
    return ends
  }
}
