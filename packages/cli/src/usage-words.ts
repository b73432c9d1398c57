import { say } from '@rota/core'

/** Mistakes in the command line as the parser words them, and as they are said. */
const MISTAKES: readonly (readonly [RegExp, (...found: string[]) => string])[] = [
  [/^unknown command '(.*)'/, (name) => say`unknown command ${quoted(name)}`],
  [/^unknown option '(.*)'/, (flag) => say`unknown option ${quoted(flag)}`],
  [/^missing required argument '(.*)'/, (name) => say`missing required argument ${quoted(name)}`],
  [/^option '(.*)' argument missing/, (flag) => say`option ${quoted(flag)} argument missing`],
  [/^too many arguments/, () => say`too many arguments`],
  [
    /^option '([^']*)' argument '(.*)' is invalid\. Allowed choices are ([^.']*)\./,
    (flag, given, choices) =>
      say`option ${quoted(flag)} argument ${quoted(given)} is invalid. Allowed choices are ${choices ?? ''}.`,
  ],
  [/^\(Did you mean one of (.*)\?\)/, (names) => say`(Did you mean one of ${names ?? ''}?)`],
  [/^\(Did you mean (.*)\?\)/, (name) => say`(Did you mean ${name ?? ''}?)`],
]

/** A mistake in the command line in the language that the command speaks: each of its lines by itself. */
export function mistakeOf(text: string): string {
  return text
    .split('\n')
    .map((line) => {
      for (const [pattern, inWords] of MISTAKES) {
        const found = pattern.exec(line)
        if (found !== null) return inWords(...found.slice(1)) + line.slice(found[0].length)
      }
      return line
    })
    .join('\n')
}

function quoted(text = ''): string {
  return `'${text}'`
}
