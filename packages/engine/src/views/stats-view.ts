import type { StatsSummary, TaskStats } from '../api/stats.ts'
import type { Summary, Tally } from '../ports/queries.ts'

export function summaryView({ totalTasks, activeTasks, byStatus }: Summary): StatsSummary {
  return {
    total_tasks: totalTasks,
    active_tasks: activeTasks,
    total_executions: Object.values(byStatus).reduce((sum, n) => sum + n, 0),
    success_rate: successRate(byStatus),
    by_status: byStatus,
  }
}

export function taskStatsView(tally: Tally): TaskStats {
  const { success, failed, cancelled, skipped, running, retrying, durationMs, durations, latenesses } = tally
  const seconds = (q: number) => rounded(durations.quantile(q), 1000)
  return {
    total_executions: success + failed + cancelled + skipped + running + retrying,
    running,
    retrying,
    success,
    failed,
    cancelled,
    skipped,
    success_rate: successRate(tally),
    avg_duration: success + failed === 0 ? null : rounded(durationMs / (success + failed), 1000),
    total_duration: durationMs / 1000,
    p50_duration: seconds(0.5),
    p95_duration: seconds(0.95),
    p99_duration: seconds(0.99),
    p50_lateness_ms: rounded(latenesses.quantile(0.5), 1),
    p99_lateness_ms: rounded(latenesses.quantile(0.99), 1),
  }
}

/**
 * Of what ran to an end of its own, as a percentage with two decimals; null when nothing did. What somebody cancelled, or
 * a newer execution replaced, says nothing of how a task fares.
 */
export function successRate({ success, failed }: Pick<Tally, 'success' | 'failed'>): number | null {
  const ended = success + failed
  return ended === 0 ? null : Math.round((success / ended) * 10_000) / 100
}

/** Milliseconds in units of `per`, to three decimals. */
function rounded(ms: number | null, per: number): number | null {
  return ms === null ? null : Math.round((ms / per) * 1000) / 1000
}
