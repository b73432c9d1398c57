import type { Timer } from '@rota/core'
import { say } from '@rota/core'
import type { UnfinishedLine } from '@rota/sdk'
import type { Context } from '../context.ts'
import { duration } from './duration.ts'
import { marked } from './mark.ts'
import { oneLine, textWidth, truncate } from './width.ts'

const TO_START = marked('\x1b[G')
const CLEAR_REST = marked('\x1b[K')
/** A program that says nothing for so long is called silent. */
const SILENT_MS = 2_000
const REDRAW_MS = 1_000

/** The line that a running program has not ended yet, below the lines of its log. */
export interface UnfinishedRow {
  set(line: UnfinishedLine | null): void
  /** Prints a line of the log above it. */
  above(print: () => Promise<void>): Promise<void>
  /** Clears it. Harmless when repeated. */
  end(): void
}

/** "Silent for 12 s", or nothing while more has just come. */
export function silence({ since }: UnfinishedLine, now: number): string {
  const silentMs = now - Date.parse(since)
  return silentMs < SILENT_MS ? '' : say`silent for ${duration(Math.floor(silentMs / 1_000))}`
}

/** A row that is drawn over itself, where lines and row stand on one terminal; elsewhere nothing at all. */
export function startUnfinishedRow(context: Context): UnfinishedRow {
  const { outIsTty, errIsTty, flags, clock, errRaw, paint } = context
  if (!outIsTty || !errIsTty || flags.quiet || flags.json) {
    return { set: () => {}, above: (print) => print(), end: () => {} }
  }
  const width = Math.max(20, (context.errWidth || 80) - 1)
  let line: UnfinishedLine | null = null
  let isShown = false
  let timer: Timer | null = null

  function draw() {
    timer?.cancel()
    timer = null
    if (line === null) return clear()
    const state = silence(line, clock.now())
    const tail = state === '' ? '' : `  … ${state}`
    const text = truncate(oneLine(line.message), width - textWidth(tail))
    errRaw(`${TO_START}${text}${paint('gray', tail)}${CLEAR_REST}`)
    isShown = true
    timer = clock.after(REDRAW_MS, draw)
  }

  function clear() {
    timer?.cancel()
    timer = null
    if (isShown) errRaw(`${TO_START}${CLEAR_REST}`)
    isShown = false
  }

  return {
    set(next) {
      line = next
      draw()
    },
    async above(print) {
      clear()
      await print()
      draw()
    },
    end() {
      line = null
      clear()
    },
  }
}
