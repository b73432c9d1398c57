import { label, say } from '@rota/core'
import type { LogEntry } from '@rota/sdk'
import type { Context } from '../context.ts'
import { offsetText, wallOf } from './instant.ts'
import { marked } from './mark.ts'

/** Terminal commands other than colours: cursor moves, titles, clipboard. */
const NOT_COLOUR = /\x1b(?!\[[\d;:]*m)(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)?|.)?/g
const COLOUR = /\x1b\[([\d;:]*)m/g
/** Weights and colours (ECMA-48); not what blinks or hides. */
const SAFE_STYLE = /^0*([0-479]|2[1-9]|[34][0-79]|5[359]|9[0-7]|10[0-7])?$/
/** An extended colour: what follows are numbers of colours. */
const EXTENDED = /^[345]8(:|$)/

/**
 * Prints an execution's log line by line, with a divider on stderr where an attempt follows another: what a program
 * says looks the same each time it is tried.
 */
export function logPrinter(context: Context, timestamps = false): (line: LogEntry) => Promise<void> {
  let attempt = 1
  return (line) => {
    if (line.attempt !== attempt && !context.flags.json) context.note(divider(context, line))
    attempt = line.attempt
    return printLogLine(context, line, timestamps)
  }
}

function divider({ paint, zone }: Context, { attempt, timestamp }: LogEntry): string {
  const { date, time, offset } = wallOf(Date.parse(timestamp), zone)
  return paint('gray', `── ${say`attempt ${attempt}`}${label(', ')}${date} ${time} ${offsetText(offset)} ──`)
}

/**
 * Prints one line of an execution's log: stdout on stdout, stderr and Rota's own remarks on stderr. What a task prints
 * may colour its line but not command the terminal.
 */
async function printLogLine(context: Context, line: LogEntry, timestamps: boolean): Promise<void> {
  if (context.flags.json) {
    context.jsonLine(line)
    return context.drained()
  }
  const { paint, zone } = context
  const { date, time } = wallOf(Date.parse(line.timestamp), zone)
  const stamp = timestamps ? `${paint('gray', `${date} ${time}.${line.timestamp.slice(20, 23)}`)} ` : ''
  if (line.stream === 'stdout') {
    context.out(stamp + readable(context, line.message, context.outIsTty))
    return context.drained()
  }
  const isRota = line.stream === 'system'
  context.err(
    stamp + (isRota ? paint('gray', `rota: ${line.message}`) : readable(context, line.message, context.errIsTty)),
  )
}

/** To a file or another program goes what was printed; to a terminal what is harmless, in its colours. */
function readable({ flags, env }: Context, text: string, isTty: boolean): string {
  if (!isTty) return text
  const coloured = text.replace(NOT_COLOUR, '')
  if (flags.color === false || env.NO_COLOR) return coloured.replace(COLOUR, '')
  const safe = coloured.replace(COLOUR, (_, styles: string) => (isSafe(styles) ? marked(`\x1b[${styles}m`) : ''))
  return safe === text ? safe : `${safe}${marked('\x1b[0m')}`
}

function isSafe(styles: string): boolean {
  const each = styles.split(';')
  const extended = each.findIndex((style) => EXTENDED.test(style))
  return each.slice(0, extended < 0 ? undefined : extended).every((style) => SAFE_STYLE.test(style))
}
