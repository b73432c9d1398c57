import { label } from '@rota/core'
import type { Context } from '../context.ts'
import { relative } from '../output/duration.ts'
import { wallOf } from '../output/instant.ts'
import { paragraph } from '../output/paragraph.ts'
import { pad, textWidth } from '../output/width.ts'
import { wrap } from '../output/wrap.ts'

/** What a person is told who asks why: sentences, and the commands that show more or mend it. */
export interface Account {
  sentences: readonly string[]
  commands: readonly Advice[]
}

/** A command line, and what it does; the latter is a label. */
export type Advice = readonly [line: string, meaning: string]

/** Writes instants for sentences, with the zone's name: `2026-12-01 02:00:00 Europe/Berlin (in 5 min)`, bare without distance. */
export type Telling = (iso: string, options?: { isBare: boolean }) => string

export function tellingIn(zone: string, now: number): Telling {
  return (iso, options) => {
    const at = Date.parse(iso)
    const { date, time } = wallOf(at, zone)
    return `${date} ${time} ${zone}${options?.isBare ? '' : ` (${relative(at, now)})`}`
  }
}

/** An account for people: a paragraph, and below it the commands. */
export function accountText({ paint, width, lang }: Context, { sentences, commands }: Account): string {
  const told = wrap(paragraph(sentences, lang), 0, width)
  if (commands.length === 0) return told
  const room = commands.reduce((most, [line]) => Math.max(most, textWidth(line)), 0)
  const lines = commands.map(([line, meaning]) => `  ${pad(line, room)}  ${paint('gray', label(meaning))}`)
  return `${told}\n\n${lines.join('\n')}`
}
