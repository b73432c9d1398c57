import { RotaError } from '@rota/core'

/** What is read, or null when it does not exist. */
export async function ifThere<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading
  } catch (error) {
    if (RotaError.is(error) && error.code === 'not_found') return null
    throw error
  }
}
