import { type RefObject, useLayoutEffect, useState } from 'react'

/** The size of an element in CSS pixels, as it changes. */
export function useSize(element: RefObject<HTMLElement | null>): { width: number; height: number } {
  const [size, setSize] = useState({ width: 0, height: 0 })
  useLayoutEffect(() => {
    const target = element.current
    if (target === null) return
    const observer = new ResizeObserver(() => {
      setSize({ width: target.clientWidth, height: target.clientHeight })
    })
    observer.observe(target)
    setSize({ width: target.clientWidth, height: target.clientHeight })
    return () => observer.disconnect()
  }, [element])
  return size
}
