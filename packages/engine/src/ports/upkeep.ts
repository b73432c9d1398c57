/** How much of a task's history is kept. Null: no limit. */
export interface Keep {
  /** Rows ended longer ago than this may go. */
  days: number | null
  /** Rows beyond the newest so many go, however new. */
  count: number | null
}

/** What the dropping of whole days goes by: days kept where a task says nothing else, and rows kept however old. */
export interface DayRetention {
  days: number
  jobDays: number
  keepLast: number
}

/** A task that has something to say about its history, or nothing. */
export interface TaskRetention extends Keep {
  seq: number
}

/** What a search for surplus history goes by, the same for all tasks of one call. */
export interface SurplusRules {
  /** Rows kept at most; null for any number. */
  count: number | null
  /** Rows kept however old they are. */
  keepLast: number
  /** Rows that ended before this instant are old. */
  before: number
}

/**
 * The store's own housekeeping. Searches run beside the engine; what writes is one short transaction each. Nothing is
 * deleted from the history before it is rolled up.
 */
export interface Upkeep {
  /** Adds what ended before an instant to the roll-ups, oldest first, at most `most` rows; answers how many. */
  rollUp(before: number, most: number): Promise<number>
  /** About how much of the history is not rolled up. */
  tailLength(): Promise<number>
  /** Tasks in order behind one of them, with what they say about their history. */
  retentions(afterTask: number, most: number): Promise<TaskRetention[]>
  /** History of these tasks that need not be kept; a task's last failure is. */
  surplus(tasks: readonly number[], rules: SurplusRules, most: number): Promise<number[]>
  /**
   * Looks through the next rows of the history for jobs without a task that ended before an instant. `next` is where
   * to go on; null when only newer rows come.
   */
  agedJobs(afterSeq: number, before: number, most: number): Promise<{ seqs: number[]; next: number | null }>
  /** Deletes rows of the history; answers the ids of those that were there. */
  forget(seqs: readonly number[]): Promise<string[]>
  /** Tasks that were deleted before an instant. */
  expiredTasks(before: number, most: number): Promise<number[]>
  /** Rows of a task's history, oldest first. */
  historyOf(task: number, most: number): Promise<number[]>
  /** Deletes a task that was deleted before an instant and has no history left; false when that is not so. */
  purge(task: number, before: number): Promise<boolean>
  /**
   * Drops the days of the history and of logs that are older than retention allows, and keeps the rows that stay however
   * old; answers what went. Only where days can be dropped whole.
   */
  dropDays?(retention: DayRetention, now: number): Promise<string[]>
  /** Deletes what nobody needs: used idempotency keys, unused rules, roll-ups of hours long past. Answers how many. */
  sweep(older: { keysBefore: number; rollupsBefore: number }, most: number): Promise<number>
}
