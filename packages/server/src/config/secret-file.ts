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

/** A secret of which it is known how it was given, to be told when it will not do. */
export interface GivenSecret {
  /** Its variable. */
  variable: string
  /** Null when it cannot be read. */
  text: string | null
  problem: string | null
}

/** As {@link secretFrom}, for a secret that may not be needed: what is wrong with its file is no error yet. */
export function givenSecret(env: Environment, name: string): GivenSecret | undefined {
  const variable = env[name + FILE_SUFFIX] ? name + FILE_SUFFIX : name
  try {
    const text = secretFrom(env, name)
    return text === undefined ? undefined : { variable, text, problem: null }
  } catch (error) {
    return { variable, text: null, problem: (error as Error).message }
  }
}
