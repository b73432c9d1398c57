import { useEffect, useState } from 'react'

/** So long after the last scroll a list stands still. Milliseconds. */
const STILL_MS = 250

let scrolledAt = Number.NEGATIVE_INFINITY

/** To be told of every scroll of a list. */
export function noteScroll(): void {
  scrolledAt = performance.now()
}

/**
 * Whether the list has stood still since this was drawn first: what a row only shows when it is looked at can wait until
 * then. Once it is true it stays so.
 */
export function useStill(): boolean {
  const [isStill, setStill] = useState(false)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>
    const wait = (ms: number) => {
      timer = setTimeout(() => {
        const left = scrolledAt + STILL_MS - performance.now()
        if (left > 0) wait(left)
        else setStill(true)
      }, ms)
    }
    wait(STILL_MS)
    return () => clearTimeout(timer)
  }, [])
  return isStill
}
