import { readFileSync } from 'node:fs'
import { say } from '@rota/core'

/** Added to the name of a secret's variable, it names a file that holds the secret. */
export const FILE_SUFFIX = '_FILE'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * A secret from its variable, or from the file that the variable with `_FILE` behind its name says, without the line end
 * that editors add. Undefined when neither is set. Throws an Error that says what is wrong with the file.
 */
export function secretFrom(env: Environment, variable: string): string | undefined {
  const text = env[variable] || undefined
  const file = env[variable + FILE_SUFFIX] || undefined
  if (file === undefined) return text
  if (text !== undefined) throw new Error(say`${variable} is set too; set one of the two.`)
  let content: string
  try {
    content = readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  } catch (error) {
    throw new Error(say`The file ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'}).`)
  }
  if (content === '') throw new Error(say`The file ${file} is empty.`)
  return content
}
