import { useEffect, useState, useSyncExternalStore } from 'react'
import { LogSource } from './log-source.ts'

/** The log of an execution, followed while the component is there. */
export function useLog(executionId: string) {
  const [source, setSource] = useState<LogSource | null>(null)
  const [error, setError] = useState<unknown>(null)
  useEffect(() => {
    const opened = new LogSource(executionId)
    setSource(opened)
    setError(null)
    opened.open().catch(setError)
    return () => opened.close()
  }, [executionId])
  const snapshot = useSyncExternalStore(source?.subscribe ?? noSubscription, source?.snapshot ?? noSnapshot)
  return { source, snapshot, error }
}

const LOADING = { total: 0, state: 'loading', unfinished: null, version: 0 } as const
const noSubscription = () => () => {}
const noSnapshot = () => LOADING
