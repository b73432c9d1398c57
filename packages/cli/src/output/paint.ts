import { styleText } from 'node:util'
import { label } from '@rota/core'
import { marked } from './mark.ts'

export type Colour = 'red' | 'green' | 'yellow' | 'blue' | 'cyan' | 'magenta' | 'gray' | 'bold' | 'dim'

/** Colours a text, or leaves it alone where colours are off. */
export type Paint = (colour: Colour, text: string) => string

/** Leaves every text alone; for measuring and cutting before colour is added. */
export const PLAIN: Paint = (_, text) => text

export function createPaint(enabled: boolean): Paint {
  return (colour, text) => (enabled && text !== '' ? marked(styleText(colour, text, { validateStream: false })) : text)
}

/** Sign and colour of every word that names a state. The word always stands beside the sign. */
const STATES: Record<string, [sign: string, colour: Colour]> = {
  success: ['✔', 'green'],
  ran: ['✔', 'green'],
  ok: ['✔', 'green'],
  imported: ['✔', 'green'],
  replaced: ['✔', 'green'],
  renamed: ['✔', 'green'],
  exists: ['=', 'gray'],
  unchanged: ['=', 'gray'],
  changed: ['!', 'yellow'],
  gone: ['−', 'yellow'],
  off: ['○', 'gray'],
  refused: ['✖', 'red'],
  revoked: ['✖', 'gray'],
  expired: ['✖', 'yellow'],
  starting: ['○', 'yellow'],
  draining: ['‖', 'yellow'],
  stopped: ['◼', 'red'],
  active: ['●', 'green'],
  running: ['▶', 'cyan'],
  pending: ['○', 'blue'],
  late: ['◔', 'yellow'],
  merged: ['⋈', 'yellow'],
  skipped: ['↷', 'yellow'],
  paused: ['‖', 'yellow'],
  warning: ['!', 'yellow'],
  cancelled: ['⊘', 'yellow'],
  failed: ['✖', 'red'],
  missed: ['✖', 'red'],
  mistake: ['✖', 'red'],
  degraded: ['!', 'red'],
  disabled: ['○', 'gray'],
  finished: ['◼', 'gray'],
  deleted: ['✝', 'gray'],
  setting: ['=', 'gray'],
  comment: ['·', 'gray'],
  blank: ['·', 'gray'],
}

/** A state as sign and word, `✔ success`; `said` where the word alone would not tell whose state it is. */
export function state(paint: Paint, word: string | null | undefined, said?: string): string {
  if (!word) return paint('gray', '–')
  const [sign, colour] = STATES[word] ?? ['·', 'gray']
  return paint(colour, `${sign} ${said ?? label(word)}`)
}
