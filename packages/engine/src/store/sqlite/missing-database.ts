import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { say } from '@rota/core'
import type { DataDirectory } from './data-directory.ts'
import { DatabaseFileError } from './database-file-error.ts'

/**
 * A directory that was used before has a database. Throws {@link DatabaseFileError} when it has none, or an empty one:
 * somebody removed it, or a disk was not mounted, and to begin anew would hide that.
 */
export function refuseMissing({ folder, traces }: DataDirectory, database: string): void {
  const file = join(folder, database)
  const isThere = existsSync(file)
  if ((isThere && statSync(file).size > 0) || traces.length === 0) return
  const what = isThere ? 'empty' : 'missing'
  throw new DatabaseFileError(
    'missing',
    say`The database ${file} is ${what}, though the directory was used before (it has ${traces.join(', ')}). Restore a backup (rota restore), or see whether a disk is not mounted. To begin anew, move everything out of the directory, or choose another.`,
  )
}
