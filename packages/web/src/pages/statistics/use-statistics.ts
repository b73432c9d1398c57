import { useQuery } from '@tanstack/react-query'
import { api, data } from '../../api/client.ts'
import { bucketOf, type Days, startOf } from './range.ts'

const TOP = 50

interface Scope {
  days: Days
  group: string | undefined
  task: string | undefined
}

/** Everything that the page shows of a range; undefined while it is on its way. `series` and `latenesses` keep to a task, `series` to a group as well. */
export function useStatistics({ days, group, task }: Scope) {
  const bucket = bucketOf(days)
  const from = () => startOf(days, Date.now())
  const ofTask = task === undefined ? {} : { task_id: task }
  const scope = { ...ofTask, ...(group !== undefined && { group }) }
  const series = useQuery({
    queryKey: ['stats', 'timeseries', days, scope],
    queryFn: () =>
      data(api.GET('/api/scheduler/stats/timeseries', { params: { query: { bucket, from: from(), ...scope } } })),
  })
  const hours = useQuery({
    queryKey: ['stats', 'heat', days, scope],
    queryFn: () =>
      data(
        api.GET('/api/scheduler/stats/timeseries', { params: { query: { bucket: 'hour', from: from(), ...scope } } }),
      ),
  })
  const latenesses = useQuery({
    queryKey: ['stats', 'lateness', days, ofTask],
    queryFn: () =>
      data(api.GET('/api/scheduler/stats/lateness', { params: { query: { bucket, from: from(), ...ofTask } } })),
  })
  const groups = useQuery({
    queryKey: ['stats', 'groups', days],
    queryFn: () => data(api.GET('/api/scheduler/stats/groups', { params: { query: { from: from() } } })),
  })
  const slowest = useQuery({
    queryKey: ['stats', 'top', 'slowest', days],
    queryFn: () =>
      data(api.GET('/api/scheduler/stats/top', { params: { query: { by: 'slowest', from: from(), limit: TOP } } })),
  })
  const failing = useQuery({
    queryKey: ['stats', 'top', 'failing', days],
    queryFn: () =>
      data(api.GET('/api/scheduler/stats/top', { params: { query: { by: 'failing', from: from(), limit: TOP } } })),
  })
  const all = [series, hours, latenesses, groups, slowest, failing]
  return {
    series: series.data?.points,
    hours: hours.data?.points,
    latenesses: latenesses.data?.points,
    groups: groups.data?.groups,
    slowest: slowest.data?.tasks,
    failing: failing.data?.tasks,
    error: all.find(({ error }) => error !== null)?.error ?? null,
  }
}
