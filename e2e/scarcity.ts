import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { temporaryFolder } from '@rota/testkit/cluster'

/** A place for data whose space can run out, and come back. */
export interface Scarcity {
  dataDir: string
  /** From now on nothing more can be written there by the process. */
  exhaust(pid: number): void
  /** There is space again. */
  relieve(pid: number): void
  remove(): unknown
}

const run = (program: string, ...args: string[]) => execFileSync(program, args, { stdio: 'ignore' })
const mount = (folder: string) => run('mount', '-t', 'tmpfs', '-o', 'size=48m,mode=0700', 'rota-e2e', folder)

export function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'rota-e2e-mount-'))
  try {
    mount(folder)
    run('umount', folder)
    return true
  } catch {
    return false
  } finally {
    rmdirSync(folder)
  }
}

/** A small file system of its own; for those who {@link canMount}. */
export function smallDisk(): Scarcity {
  const folder = join(temporaryFolder(), 'disk')
  mkdirSync(folder)
  mount(folder)
  const filler = join(folder, 'filler')
  return {
    dataDir: join(folder, 'data'),
    exhaust() {
      // Large pieces first, then what is left between them.
      let written = ''
      for (const size of [1024 * 1024, 4096]) {
        try {
          for (;;) writeFileSync(filler, Buffer.alloc(size), { flag: 'a' })
        } catch (error) {
          written = (error as NodeJS.ErrnoException).code ?? ''
        }
      }
      if (written !== 'ENOSPC') throw new Error(`The disk did not become full: ${written}.`)
    },
    relieve: () => rmSync(filler),
    remove: () => run('umount', '-l', folder),
  }
}

/**
 * A limit on the size of files, for machines that let nobody mount: beyond it every write fails with EFBIG. Processes
 * that the server starts meanwhile inherit it; they can lift it for themselves by `ulimit -S -f unlimited`.
 */
export function fileSizeLimit(): Scarcity {
  const limit = (pid: number, soft: string) => run('prlimit', `--fsize=${soft}:unlimited`, '--pid', String(pid))
  return {
    dataDir: join(temporaryFolder(), 'data'),
    exhaust: (pid) => limit(pid, '1'),
    relieve: (pid) => limit(pid, 'unlimited'),
    remove: () => {},
  }
}
