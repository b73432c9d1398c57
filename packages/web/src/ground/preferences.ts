import { useSyncExternalStore } from 'react'

/** How this person likes to see things; kept in this browser. What is being looked at stands in the URL instead. */
export interface Preferences {
  /** Whose clock instants are shown by: the task's, the viewer's, or UTC. */
  zone: 'task' | 'mine' | 'utc'
  isRailCollapsed: boolean
  /** Columns that are hidden, by table. */
  hiddenColumns: Readonly<Record<string, readonly string[]>>
  /** Groups whose subgroups are hidden. */
  foldedGroups: readonly string[]
  /** Named filters, by page. */
  savedViews: Readonly<Record<string, readonly SavedView[]>>
}

export interface SavedView {
  name: string
  /** The page's search string without `?`. */
  search: string
}

const STORAGE_KEY = 'rota.preferences'
const DEFAULTS: Preferences = {
  zone: 'mine',
  isRailCollapsed: false,
  // Room for what one looks for first, on a usual screen.
  hiddenColumns: { tasks: ['type', 'tags', 'runs'] },
  foldedGroups: [],
  savedViews: {},
}

let current: Preferences = { ...DEFAULTS, ...read() }
const listeners = new Set<() => void>()

function read(): Partial<Preferences> {
  try {
    return JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '{}') as Partial<Preferences>
  } catch {
    return {}
  }
}

export function setPreferences(changes: Partial<Preferences>): void {
  current = { ...current, ...changes }
  localStorage.setItem(STORAGE_KEY, JSON.stringify(current))
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, () => current)
}
