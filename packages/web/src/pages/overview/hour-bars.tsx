import { Tooltip } from '@mantine/core'
import { useState } from 'react'
import classes from './hour-bars.module.css'

interface HourColumn {
  /** Epoch ms. */
  at: number
  label: string
  /** From below; colours by their names in tokens.css. */
  parts: readonly { colour: string; value: number }[]
  /** In words, for the tooltip and for those who hear it. */
  text: string
}

interface HourBarsProps {
  title: string
  columns: readonly HourColumn[]
  format: (value: number) => string
  onOpen: (at: number) => void
}

/** A small chart of columns, each a button that leads to what it counts. */
export function HourBars({ title, columns, format, onOpen }: HourBarsProps) {
  const sums = columns.map(({ parts }) => parts.reduce((sum, { value }) => sum + value, 0))
  const most = Math.max(0, ...sums)
  // One for all columns: a tooltip each would be half of what it takes to draw the page.
  const [shown, setShown] = useState<{ text: string; column: HTMLElement } | null>(null)
  return (
    <figure className={classes.figure}>
      <figcaption className={classes.caption}>
        {title}
        <span className="numbers">{most > 0 && format(most)}</span>
      </figcaption>
      <div className={classes.columns}>
        {columns.map(({ at, parts, text }) => (
          <button
            key={at}
            type="button"
            className={classes.column}
            aria-label={text}
            onClick={() => onOpen(at)}
            onPointerEnter={({ currentTarget }) => setShown({ text, column: currentTarget })}
            onPointerLeave={() => setShown(null)}
            onFocus={({ currentTarget }) => setShown({ text, column: currentTarget })}
            onBlur={() => setShown(null)}
          >
            {[...parts].reverse().map(({ colour, value }) => (
              <span
                key={colour}
                className={classes.part}
                style={{
                  height: `${most === 0 ? 0 : (value / most) * 100}%`,
                  minHeight: value > 0 ? 2 : 0,
                  background: `var(--${colour})`,
                }}
              />
            ))}
          </button>
        ))}
      </div>
      {shown !== null && <Tooltip label={shown.text} target={shown.column} opened />}
      <div className={classes.axis} aria-hidden>
        {columns
          .filter((_, at) => at % 6 === 0)
          .map(({ at, label }) => (
            <span key={at}>{label}</span>
          ))}
      </div>
    </figure>
  )
}
