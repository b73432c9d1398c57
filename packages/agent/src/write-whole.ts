import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'

/** Writes a small file that only its owner may read; it is there as a whole or not at all. */
export function writeWhole(path: string, text: string): void {
  const fresh = `${path}.new`
  // What a killed process has left would keep its mode.
  rmSync(fresh, { force: true })
  const fd = openSync(fresh, 'wx', 0o600)
  try {
    writeSync(fd, text)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  renameSync(fresh, path)
}
