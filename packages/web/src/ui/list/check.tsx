import { useLayoutEffect, useRef } from 'react'
import classes from './data-table.module.css'

interface CheckProps {
  label: string
  isChecked: boolean
  /** Some of what it stands for is chosen. */
  isPartly?: boolean
  isDisabled?: boolean
  onChange: () => void
}

/** The browser's own checkbox: a list makes some of them in each frame that it scrolls by. */
export function Check({ label, isChecked, isPartly = false, isDisabled = false, onChange }: CheckProps) {
  const input = useRef<HTMLInputElement>(null)
  useLayoutEffect(() => {
    if (input.current !== null) input.current.indeterminate = isPartly
  }, [isPartly])
  return (
    <input
      ref={input}
      type="checkbox"
      className={classes.check}
      aria-label={label}
      checked={isChecked}
      disabled={isDisabled}
      onChange={onChange}
    />
  )
}
