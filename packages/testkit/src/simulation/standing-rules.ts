import type { MemoryDisk } from '@rota/engine'

/** What must be true of the tables at any moment: what has ended stays as it is, and cursors do not go back. */
export class StandingRules {
  readonly #disk: MemoryDisk
  readonly #complain: (what: string) => void
  readonly #statuses = new Map<string, string>()
  readonly #cursors = new Map<number, { version: number; nextDueAt: number }>()

  constructor(disk: MemoryDisk, complain: (what: string) => void) {
    this.#disk = disk
    this.#complain = complain
  }

  look() {
    const seen = this.#statuses.size
    const rows = this.#disk.select('SELECT id, status FROM execution_history ORDER BY seq LIMIT -1 OFFSET ?', seen)
    for (const row of rows) this.#statuses.set(row.id as string, row.status as string)
    const cursors = this.#disk.select(
      'SELECT s.id, s.next_due_at AS nextDueAt, t.version FROM schedules s JOIN tasks t ON t.seq = s.task_seq WHERE s.next_due_at IS NOT NULL',
    ) as unknown as { id: number; nextDueAt: number; version: number }[]
    for (const { id, nextDueAt, version } of cursors) {
      const before = this.#cursors.get(id)
      if (before?.version === version && nextDueAt < before.nextDueAt) this.#complain(`cursor ${id} goes back`)
      this.#cursors.set(id, { version, nextDueAt })
    }
  }

  /** Holds the ends that were seen against the history as it is now. */
  lookBack() {
    for (const [id, status] of this.#statuses) {
      const [row] = this.#disk.select('SELECT status FROM execution_history WHERE id = ?', id)
      if (row?.status !== status) this.#complain(`${id} was ${status} and is ${row?.status ?? 'gone'}`)
    }
  }

  /** Limits are kept to over all instances, and counters say how many hold a slot. */
  lookAtLimits() {
    const tasks = this.#disk.select(`
      SELECT task_seq AS task, count(*) AS held, max(task_max) AS max FROM executions
      WHERE admitted = 1 AND overlap <> 'allow' AND task_seq IS NOT NULL GROUP BY task_seq HAVING count(*) > max(task_max)`)
    for (const { task, held, max } of tasks) this.#complain(`${held} hold slots of task ${task}, which has ${max}`)
    const keys = this.#disk.select(`
      SELECT k.key, k.held, k.max,
             (SELECT count(*) FROM executions e, json_each(e.keys) j WHERE e.admitted = 1 AND j.value = k.key) AS holders
      FROM concurrency_keys k`)
    for (const { key, held, max, holders } of keys as { key: string; held: number; max: number; holders: number }[]) {
      if (held !== holders) this.#complain(`${holders} hold ${key}, which counts ${held}`)
      if (holders > max) this.#complain(`${holders} hold ${key}, which has ${max}`)
    }
  }
}
