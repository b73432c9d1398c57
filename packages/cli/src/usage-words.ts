import { say } from '@rota/core'
import type { Command } from 'commander'
import { nearestCommand, nearestOption } from './did-you-mean.ts'

type InWords = (command: Command, ...found: string[]) => string

/** Mistakes in the command line as the parser words them, and as they are said. */
const MISTAKES: readonly (readonly [RegExp, InWords])[] = [
  [
    /^unknown command '(.*)'/,
    (command, name = '') => say`unknown command ${quoted(name)}` + instead(nearestCommand(name, command)),
  ],
  [
    /^unknown option '(.*)'/,
    (command, flag = '') => say`unknown option ${quoted(flag)}` + instead(nearestOption(flag, command)),
  ],
  [/^missing required argument '(.*)'/, (_, name) => say`missing required argument ${quoted(name)}`],
  [/^option '(.*)' argument missing/, (_, flag) => say`option ${quoted(flag)} argument missing`],
  [
    /^too many arguments for '[^']*'\. Expected (\d+) arguments? but got (\d+)/,
    (command, expected = '', given = '') =>
      say`too many arguments: ${expected} expected, ${given} given` +
      (command.name() === 'next' ? ` (${say`put the expression in quotes`})` : ''),
  ],
  [
    /^option '([^']*)' argument '(.*)' is invalid\. Allowed choices are ([^.']*)\./,
    (_, flag, given, choices) =>
      say`option ${quoted(flag)} argument ${quoted(given)} is invalid. Allowed choices are ${choices ?? ''}.`,
  ],
]

/** A mistake in the command line in the language that the command speaks, with what was probably meant. */
export function mistakeOf(text: string, command: Command): string {
  return text
    .split('\n')
    .map((line) => {
      for (const [pattern, inWords] of MISTAKES) {
        const found = pattern.exec(line)
        if (found !== null) return inWords(command, ...found.slice(1)) + line.slice(found[0].length)
      }
      return line
    })
    .join('\n')
}

function instead(name: string | undefined): string {
  return name === undefined ? '' : `\n${say`(Did you mean ${name}?)`}`
}

function quoted(text = ''): string {
  return `'${text}'`
}
