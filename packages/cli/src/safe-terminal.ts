import { harmless } from '@rota/core'
import { unmarked, withoutMarked } from './output/mark.ts'
import type { Terminal } from './terminal.ts'

/**
 * The terminal as commands write to it. Each stream is judged by itself: where it is a terminal, nothing that comes from
 * a server or a file commands it; colours of our own are left out where the stream is none.
 */
export function safeTerminal(terminal: Terminal): Terminal {
  const { FORCE_COLOR: forced } = terminal.env
  const isForced = forced !== undefined && forced !== '' && forced !== '0'
  const safely = (isTty: boolean, write: (text: string) => void) => (text: string) => {
    if (isTty) write(unmarked(harmless(text)))
    else write(isForced ? unmarked(text) : withoutMarked(text))
  }
  return {
    ...terminal,
    out: safely(terminal.outIsTty, terminal.out),
    err: safely(terminal.errIsTty, terminal.err),
    errRaw: safely(terminal.errIsTty, terminal.errRaw),
  }
}
