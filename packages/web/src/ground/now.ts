import { useSyncExternalStore } from 'react'

let now = Date.now()
let isHeld = false
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

function tick(): void {
  if (isHeld) return
  now = Date.now()
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(tick, 1_000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** Lets the page's clock stand, or go on: while nothing is heard of the server, what runs must not seem to run on. */
export function holdNow(hold: boolean): void {
  isHeld = hold
  tick()
}

/** The wall clock, once a second; one timer for the whole page. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now)
}
