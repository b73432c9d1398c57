import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'

/**
 * Writes a small file of the data directory, which only its owner may read. It is there as a whole or not at all, also when
 * the process is killed meanwhile: it is written beside and moved. `textOf` may look at the open file. To be called by
 * whoever holds the directory's lock.
 */
export function writeWhole(path: string, textOf: (fd: number) => string): void {
  const fresh = `${path}.new`
  // What a killed process has left would keep its mode.
  rmSync(fresh, { force: true })
  const fd = openSync(fresh, 'wx', 0o600)
  try {
    writeSync(fd, textOf(fd))
    fsyncSync(fd)
    renameSync(fresh, path)
  } catch (error) {
    rmSync(fresh, { force: true })
    throw error
  } finally {
    closeSync(fd)
  }
}
