import { stripVTControlCharacters } from 'node:util'
import type { LogEntry } from '@rota/sdk'
import type { Context } from '../context.ts'
import { wallOf } from './instant.ts'

/** Control characters other than tab and the beginning of a colour code. */
const CONTROL = /[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f]/g
/** Terminal commands other than colours: cursor moves, titles, clipboard. */
const NOT_COLOUR = /\x1b(?!\[[\d;:]*m)(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)?|.)?/g

/**
 * Prints one line of an execution's log: stdout on stdout, stderr and Rota's own remarks on stderr. What a task prints
 * may colour its line but not command the terminal.
 */
export async function printLogLine(context: Context, line: LogEntry, timestamps = false): Promise<void> {
  if (context.flags.json) {
    context.out(JSON.stringify(line))
    return context.drained()
  }
  const { paint, zone } = context
  const { date, time } = wallOf(Date.parse(line.timestamp), zone)
  const stamp = timestamps ? `${paint('gray', `${date} ${time}.${line.timestamp.slice(20, 23)}`)} ` : ''
  if (line.stream === 'stdout') {
    context.out(stamp + readable(context, line.message))
    return context.drained()
  }
  const isRota = line.stream === 'system'
  context.err(stamp + (isRota ? paint('gray', `rota: ${line.message}`) : readable(context, line.message)))
}

/** To a file or another program goes what was printed; to a terminal goes what is harmless. */
function readable({ outIsTty, flags, env }: Context, text: string): string {
  if (!outIsTty) return text
  if (flags.color === false || env.NO_COLOR) return stripVTControlCharacters(text).replace(CONTROL, '�')
  const safe = text.replace(NOT_COLOUR, '').replace(CONTROL, '�')
  return safe.includes('\x1b') ? `${safe}\x1b[0m` : safe
}
