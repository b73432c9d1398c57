import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import type { Schema } from '../../api/types.ts'
import type { TaskDocument } from '../../subjects/task/task-document.ts'
import { type FieldFault, faultsAt } from '../../ui/form/faults.ts'

const DELAY_MS = 300
const NONE: readonly FieldFault[] = []
/** Stands in for a name that is still missing: without one, the server would look no further. */
const STAND_IN = `draft ${crypto.getRandomValues(new Uint32Array(2)).join('-')}`

interface FaultOptions {
  /** The task that is changed: its own name is not taken. */
  taskId: string | undefined
  /** Fields that have been worked on, by the first part of their path; null shows all faults. */
  touched: ReadonlySet<string> | null
}

/** Has the server check the document shortly after it last changed. */
export function useFaults(document: TaskDocument, { taskId, touched }: FaultOptions) {
  const [settled] = useDebouncedValue(document, DELAY_MS)
  const { t } = useTranslation()
  const isNameless = !settled.name
  const { data: validation, isFetching } = useQuery({
    queryKey: ['validation', taskId, JSON.stringify(settled)],
    queryFn: () =>
      data(
        api.POST('/api/scheduler/tasks/validate', {
          params: { query: taskId === undefined ? {} : { id: taskId } },
          body: { ...settled, ...(isNameless && { name: STAND_IN }) } as Schema<'TaskInput'>,
        }),
      ),
    placeholderData: keepPreviousData,
    staleTime: 0,
    retry: false,
  })
  const all = useMemo(() => {
    const found = validation?.errors ?? NONE
    return isNameless ? [{ path: 'name', message: t('editor.nameMissing') }, ...found] : found
  }, [validation, isNameless, t])
  const shown = useMemo(
    () => (touched === null ? all : all.filter(({ path }) => touched.has(rootOf(path)))),
    [all, touched],
  )
  const shownAt = useCallback((path: string) => faultsAt(shown, path), [shown])
  const faultAt = useCallback((path: string) => faultsAt(shown, path)[0], [shown])
  return { all, shown, faultAt, faultsAt: shownAt, isChecking: isFetching || settled !== document }
}

/** `schedules` and `schedule` are one field to people. */
export function rootOf(path: string): string {
  const root = /^[^.[]*/.exec(path)![0]
  return root === 'schedules' ? 'schedule' : root
}
