import { randomUUID } from 'node:crypto'

/**
 * Stands for ESC in what the command itself says to the terminal, until the writer has made everything else harmless.
 * Nobody else can know it, so no text from a server or a file can speak to the terminal through us.
 */
const MARK = `\ufdd0${randomUUID()}\ufdd1`
const MARKED_COLOUR = new RegExp(`${MARK}\\[[\\d;:]*[A-Za-z]`, 'g')

export function marked(text: string): string {
  return text.replaceAll('\x1b', MARK)
}

export function unmarked(text: string): string {
  return text.replaceAll(MARK, '\x1b')
}

export function withoutMarked(text: string): string {
  return text.replace(MARKED_COLOUR, '')
}
