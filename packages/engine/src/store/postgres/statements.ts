import { readFileSync } from 'node:fs'

const texts = new Map<string, string>()

/**
 * The text of one statement, from `statements/NAME.sql`, read once. Each file holds one statement under a header that
 * tells its purpose, parameters and result.
 */
export function statement(name: string): string {
  let text = texts.get(name)
  if (text === undefined) {
    text = readFileSync(new URL(`./statements/${name}.sql`, import.meta.url), 'utf8')
    texts.set(name, text)
  }
  return text
}
