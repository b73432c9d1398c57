import { type Caller, invalid, may, type Place, RotaError, say, secretReferences } from '@rota/core'
import type { UseCaseContext } from './context.ts'

/** What refers to secrets, and where it lies. */
export interface SecretUse {
  /** A task, a job, or what a run overrides; paths of errors are those of its fields. */
  document: object
  place: Place
  tenantId: string | null
  /** The secrets need not be there yet: nothing of it starts before it is changed again. */
  isDisabled?: boolean
}

/**
 * Throws `forbidden` when something refers to secrets and the caller may not use any there, and `invalid`, with all places,
 * when it refers to some that there are not.
 */
export async function requireSecrets(
  { secrets }: Pick<UseCaseContext, 'secrets'>,
  caller: Caller,
  { document, place, tenantId, isDisabled = false }: SecretUse,
): Promise<void> {
  const references = secretReferences(document)
  if (references.length === 0) return
  if (secrets === null) {
    const message = say`refers to a secret, but this scheduler keeps none. Write the value, or let the program read it from a file.`
    throw invalid(references.map(({ path }) => ({ path, message })))
  }
  if (!may(caller, 'use', 'secret', place)) {
    const who = caller.name ?? ''
    throw new RotaError(
      'forbidden',
      say`It refers to the secret ${references[0]!.name}: that needs the permission "use" on secrets, which ${who} does not have here.`,
    )
  }
  if (isDisabled) return
  const missing = new Set(await secrets.missing(tenantId, [...new Set(references.map(({ name }) => name))]))
  const errors = references
    .filter(({ name }) => missing.has(name))
    .map(({ name, path }) => ({
      path,
      message: say`refers to the secret ${name}, which there is not. Set it (rota secret set ${name}), or save the task disabled.`,
    }))
  if (errors.length > 0) throw invalid(errors)
}

/**
 * Throws `forbidden` when somebody who may not edit a task would give it secrets that it does not refer to itself: its
 * program may print or send them.
 */
export function refuseOtherSecrets(task: object, overrides: object): void {
  const known = new Set(secretReferences(task).map(({ name }) => name))
  const other = secretReferences(overrides).find(({ name }) => !known.has(name))
  if (other === undefined) return
  throw new RotaError(
    'forbidden',
    say`${other.path}: the task does not refer to the secret ${other.name} itself; to give it that for a run needs the permission "edit".`,
  )
}
