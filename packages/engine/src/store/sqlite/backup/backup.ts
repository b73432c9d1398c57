import { Thread } from '../thread.ts'
import type { BackupApi } from './backup-thread.ts'
import type { BackupManifest } from './manifest.ts'

export interface BackupOptions {
  dataDir: string
  /** Made by the backup; it may exist when it is empty. A folder that has a manifest is complete. */
  folder: string
  /** The instant that the manifest names. */
  at: number
  /** Plain files that are of no use elsewhere, such as a running server's own credentials. */
  except?: readonly string[]
  /** Told 0–1. */
  progress?: (done: number) => void
}

/**
 * Copies a data directory to a folder while a server works on it: the databases each as they stand at one instant, keys
 * and configuration beside them. The copies are checked before the folder gets its name. Everything happens in a
 * thread of its own.
 *
 * Throws `conflict` when the folder is in use, `unavailable` when a copy is damaged, and what the disk throws.
 */
export async function backupDataDirectory({
  progress,
  except = [],
  ...request
}: BackupOptions): Promise<BackupManifest> {
  return inThread(progress, (thread) => thread.call('create', { ...request, except }))
}

/** Reads all of a backup and compares it with its manifest. Throws `invalid` where it differs. */
export async function verifyBackup(folder: string, progress?: (done: number) => void): Promise<BackupManifest> {
  return inThread(progress, (thread) => thread.call('verify', folder))
}

async function inThread<T>(
  progress: ((done: number) => void) | undefined,
  work: (thread: Thread<BackupApi>) => Promise<T>,
): Promise<T> {
  const onNote = (done: unknown) => progress?.(done as number)
  const thread = new Thread<BackupApi>('./backup-thread', import.meta.url, null, { onNote })
  try {
    return await work(thread)
  } finally {
    await thread.end()
  }
}
