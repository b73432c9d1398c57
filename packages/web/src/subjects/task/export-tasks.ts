import { withTenant } from '../../api/tenant.ts'
import type { Task, TaskQuery } from '../../api/types.ts'
import { stringifySearch } from '../../ground/address.ts'
import { documentOf } from './task-document.ts'

/** Saves tasks as a YAML file, each with what differs from the defaults: what the command line reads, too. */
export async function exportTasks(tasks: readonly Task[]): Promise<void> {
  const { stringify } = await import('yaml')
  const text = stringify({ tasks: tasks.map(documentOf) }, { lineWidth: 0, blockQuote: 'literal' })
  const url = URL.createObjectURL(new Blob([text], { type: 'application/yaml' }))
  const link = document.createElement('a')
  link.href = url
  link.download = `rota-tasks-${new Date().toISOString().slice(0, 10)}.yaml`
  link.click()
  URL.revokeObjectURL(url)
}

/** Where the server gives all tasks that a filter matches as one file. */
export function exportAddress({ sort: _sort, ...filter }: TaskQuery): string {
  return withTenant(`/api/scheduler/tasks/export${stringifySearch(filter)}`)
}
