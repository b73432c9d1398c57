import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { api, data } from '../../api/client.ts'
import { ApiProblem, toProblem } from '../../api/problem.ts'
import type { Schema } from '../../api/types.ts'
import { runBulk } from '../../subjects/task/bulk-actions.ts'

export type CrontabInput = Schema<'CrontabInput'>
export type CrontabReport = Schema<'CrontabReport'>
export type CrontabLine = CrontabReport['lines'][number]

const DELAY_MS = 300
const TOO_LARGE = 413
/** New tasks of one request, so that one sees how far it is and can stop. */
const MADE_AT_ONCE = 500
/** Lines of one request whose tasks are there: each reads the whole file anew. */
const LINES_AT_ONCE = 1_000

/** What a crontab would become, shortly after it last changed. */
export function useCrontabPreview(input: CrontabInput) {
  const [settled] = useDebouncedValue(input, DELAY_MS)
  const query = useQuery({
    queryKey: ['crontab', JSON.stringify(settled)],
    queryFn: () =>
      data(api.POST('/api/scheduler/tasks/import/crontab', { body: { ...asSent(settled), dry_run: true } })),
    enabled: settled.text.trim() !== '',
    placeholderData: keepPreviousData,
    retry: false,
  })
  return { ...query, isCurrent: settled === input && !query.isFetching && !query.isPlaceholderData }
}

interface Progress {
  done: number
  total: number
}

/** Imports chosen lines part by part, and takes back what it has made; results are kept by line number. */
export function useCrontabImport() {
  const [progress, setProgress] = useState<Progress | null>(null)
  const [results, setResults] = useState<ReadonlyMap<number, CrontabLine>>(new Map())
  const [error, setError] = useState<unknown>(null)
  const stopping = useRef(new AbortController())
  const made = [...results.values()].filter(({ result }) => result === 'imported' || result === 'renamed')

  async function takeBack(): Promise<void> {
    stopping.current = new AbortController()
    setError(null)
    const tasks = made.map(({ task_id, task }) => ({
      ...{ id: task_id!, name: task!.name, group: null, status: 'active' as const },
    }))
    const onProgress = (done: number) => setProgress({ done, total: tasks.length })
    onProgress(0)
    const { done, failed } = await runBulk({
      ...{ action: 'delete', tasks, group: null, onProgress, signal: stopping.current.signal },
    })
    const ids = new Set(done.map(({ id }) => id))
    setResults((now) => new Map([...now].filter(([, { task_id }]) => !ids.has(task_id!))))
    if (failed[0]) setError(new Error(`${failed[0].target.name}: ${failed[0].reason}`))
    setProgress(null)
  }

  /** `lines`: as the preview of the input shows them. */
  async function run(input: CrontabInput, lines: readonly CrontabLine[]): Promise<void> {
    stopping.current = new AbortController()
    const { signal } = stopping.current
    setError(null)
    const found = new Map<number, CrontabLine>()
    const parts = partsOf(lines)
    try {
      for (let at = 0; at < parts.length && !signal.aborted; at++) {
        setProgress({ done: found.size, total: lines.length })
        const part = parts[at]!
        const done = part.isNew ? await makeNew(input, part.lines) : await importAgain(input, part.lines)
        for (const line of done) found.set(line.line, line)
        setResults(new Map(found))
      }
    } catch (thrown) {
      setError(toProblem(thrown))
    }
    setProgress(null)
  }

  return {
    run,
    takeBack,
    madeCount: made.length,
    stop: () => stopping.current.abort(),
    forget: () => setResults(new Map()),
    progress,
    results,
    error,
  }
}

/** Emptied fields mean what a missing one does; an emptied group means none. */
function asSent({ timezone, prefix, group, ...rest }: CrontabInput): CrontabInput {
  const wanted = group !== undefined && { group: group || null }
  return { ...rest, ...wanted, ...(timezone && { timezone }), ...(prefix && { prefix }) }
}

interface Part {
  lines: CrontabLine[]
  isNew: boolean
}

/** What is new first: the preview has said what it becomes. */
function partsOf(lines: readonly CrontabLine[]): Part[] {
  const isNew = ({ finding, exists }: CrontabLine) => finding === 'added' && !exists
  const [fresh, others] = [lines.filter(isNew), lines.filter((line) => !isNew(line))]
  return [
    ...inParts(fresh, MADE_AT_ONCE).map((part) => ({ lines: part, isNew: true })),
    ...inParts(others, LINES_AT_ONCE).map((part) => ({ lines: part, isNew: false })),
  ]
}

function inParts<T>(items: readonly T[], most: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / most) }, (_, at) => items.slice(at * most, (at + 1) * most))
}

async function makeNew(input: CrontabInput, lines: readonly CrontabLine[]): Promise<CrontabLine[]> {
  const body = { tasks: lines.map(({ task }) => task as Schema<'TaskInput'>) }
  try {
    return told(lines, await data(api.POST('/api/scheduler/tasks/import', { body })))
  } catch (error) {
    // So many long commands do not fit into a request; their line numbers do.
    if (error instanceof ApiProblem && error.status === TOO_LARGE) return importAgain(input, lines)
    throw error
  }
}

function told(lines: readonly CrontabLine[], { results }: Schema<'TaskImportReply'>): CrontabLine[] {
  return lines.map((line, at) => {
    const { id, ok, error } = results[at]!
    return { ...line, result: ok ? 'imported' : 'refused', error, task_id: id }
  })
}

/** What is there is left, changed or doubled as asked; the server looks at it again. */
async function importAgain(input: CrontabInput, lines: readonly CrontabLine[]): Promise<CrontabLine[]> {
  const body = { ...asSent(input), lines: lines.map(({ line }) => line) }
  const report = await data(api.POST('/api/scheduler/tasks/import/crontab', { body }))
  return report.lines.filter(({ result }) => result !== null)
}
