import { api, data } from '../../api/client.ts'
import type { Schema } from '../../api/types.ts'

export type Backlog = NonNullable<Schema<'ResumeInput'>['backlog']>

/** What the API can do with one task. */
export function taskCalls(id: string) {
  const params = { path: { id } }
  return {
    enable: () => api.POST('/api/scheduler/tasks/{id}/enable', { params }),
    disable: () => api.POST('/api/scheduler/tasks/{id}/disable', { params }),
    pause: () => api.POST('/api/scheduler/tasks/{id}/pause', { params }),
    resume: (backlog: Backlog) => api.POST('/api/scheduler/tasks/{id}/resume', { params, body: { backlog } }),
    stop: () => data(api.POST('/api/scheduler/tasks/{id}/stop', { params })),
    remove: () => api.DELETE('/api/scheduler/tasks/{id}', { params }),
    /** With another name where the old one is taken. */
    restore: (name?: string) =>
      api.POST('/api/scheduler/tasks/{id}/restore', { params, body: name === undefined ? {} : { name } }),
    purge: () => api.POST('/api/scheduler/tasks/{id}/purge', { params }),
  }
}
