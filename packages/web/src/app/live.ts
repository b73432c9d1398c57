import { useSyncExternalStore } from 'react'
import { createLive, type LiveState } from '../ground/live.ts'
import { queryClient } from '../ground/query-client.ts'
import { staleHere } from './places.ts'

const live = createLive({ queryClient, stale: staleHere() })

/** Whether the page hears of changes as they happen; they are followed as long as somebody asks. */
export function useLiveState(): LiveState {
  return useSyncExternalStore(live.subscribe, live.state)
}
