import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { api, data } from '../../api/client.ts'
import { toProblem } from '../../api/problem.ts'
import type { Schema } from '../../api/types.ts'

export type CrontabInput = Schema<'CrontabInput'>
export type CrontabReport = Schema<'CrontabReport'>
export type CrontabLine = CrontabReport['lines'][number]

const DELAY_MS = 300
/** Lines of one request, so that one sees how far it is and can stop. */
const LINES_AT_ONCE = 20

/** What a crontab would become, shortly after it last changed. */
export function useCrontabPreview(input: CrontabInput) {
  const [settled] = useDebouncedValue(input, DELAY_MS)
  return useQuery({
    queryKey: ['crontab', JSON.stringify(settled)],
    queryFn: () =>
      data(api.POST('/api/scheduler/tasks/import/crontab', { body: { ...asSent(settled), dry_run: true } })),
    enabled: settled.text.trim() !== '',
    placeholderData: keepPreviousData,
    retry: false,
  })
}

interface Progress {
  done: number
  total: number
}

/** Imports chosen lines part by part; results are kept by line number. */
export function useCrontabImport() {
  const [progress, setProgress] = useState<Progress | null>(null)
  const [results, setResults] = useState<ReadonlyMap<number, CrontabLine>>(new Map())
  const [error, setError] = useState<unknown>(null)
  const isStopped = useRef(false)

  async function run(input: CrontabInput, lines: readonly number[]): Promise<void> {
    isStopped.current = false
    setError(null)
    const found = new Map<number, CrontabLine>()
    for (let at = 0; at < lines.length && !isStopped.current; at += LINES_AT_ONCE) {
      setProgress({ done: at, total: lines.length })
      const part = lines.slice(at, at + LINES_AT_ONCE)
      try {
        const report = await data(
          api.POST('/api/scheduler/tasks/import/crontab', { body: { ...asSent(input), lines: part } }),
        )
        for (const line of report.lines) if (line.result !== null) found.set(line.line, line)
        setResults(new Map(found))
      } catch (thrown) {
        setError(toProblem(thrown))
        break
      }
    }
    setProgress(null)
  }

  return {
    run,
    stop: () => {
      isStopped.current = true
    },
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
