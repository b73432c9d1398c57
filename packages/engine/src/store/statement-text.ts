import { existsSync, readFileSync } from 'node:fs'

/** Answers the text of a statement by its name, such as `upkeep/expired-tasks`. */
export type StatementTexts = (name: string) => string

/**
 * The statements of a store: each a file `statements/NAME.sql` under a header that tells its purpose, parameters (`$1`)
 * and result. What both databases say alike stands here, what only one does in the folder of its own, `own`. Each is
 * read once and put through `adapt`.
 */
export function statementTexts(own: string, adapt: (text: string) => string = (text) => text): StatementTexts {
  const texts = new Map<string, string>()
  return (name) => {
    let text = texts.get(name)
    if (text === undefined) {
      const mine = new URL(`./statements/${name}.sql`, own)
      const file = existsSync(mine) ? mine : new URL(`./statements/${name}.sql`, import.meta.url)
      text = adapt(readFileSync(file, 'utf8'))
      texts.set(name, text)
    }
    return text
  }
}
