import type { Context } from '../context.ts'
import { marked } from './mark.ts'
import { textWidth, truncate } from './width.ts'

/** Shows how far long work has come, on stderr and only on a terminal. */
export interface Progress {
  /** `done` from 0 to 1. */
  set(done: number, text: string): void
  /** Clears the bar. Harmless when repeated. */
  end(): void
}

const TO_START = marked('\x1b[G')
const CLEAR_REST = marked('\x1b[K')
const BAR_WIDTH = 24
/** More often nobody can see. */
const REDRAW_MS = 60
const SILENT: Progress = { set: () => {}, end: () => {} }

/** A bar on one line, drawn over itself; nothing at all when stderr is no terminal, or with --quiet or --json. */
export function startProgress(context: Context, title: string): Progress {
  const { errIsTty, flags, clock, errRaw } = context
  if (!errIsTty || flags.quiet || flags.json) return SILENT
  const width = Math.max(20, (context.errWidth || 80) - 1)
  let drawnAt = Number.NEGATIVE_INFINITY
  let isShown = false
  return {
    set(done, text) {
      const now = clock.monotonic()
      if (now - drawnAt < REDRAW_MS && done < 1) return
      drawnAt = now
      isShown = true
      const share = Math.min(1, Math.max(0, done))
      const filled = Math.round(share * BAR_WIDTH)
      const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled)
      const line = `${title} ${bar} ${String(Math.round(share * 100)).padStart(3)} % ${text}`
      errRaw(`${TO_START}${textWidth(line) > width ? truncate(line, width) : line}${CLEAR_REST}`)
    },
    end() {
      if (isShown) errRaw(`${TO_START}${CLEAR_REST}`)
      isShown = false
    },
  }
}
