import { useSyncExternalStore } from 'react'

let version = 0
const listeners = new Set<() => void>()
let observer: MutationObserver | undefined

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  observer ??= new MutationObserver(() => {
    version++
    for (const each of listeners) each()
  })
  observer.observe(document.documentElement, { attributeFilter: ['data-mantine-color-scheme'] })
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    observer?.disconnect()
  }
}

/** Another number each time light and dark are exchanged: what was drawn with `tokenColour` is drawn anew then. */
export function useSchemeVersion(): number {
  return useSyncExternalStore(subscribe, () => version)
}
