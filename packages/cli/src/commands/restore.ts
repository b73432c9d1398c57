import { readdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { label, say } from '@rota/core'
import { confirm } from '../confirm.ts'
import type { Context } from '../context.ts'
import { dataDirectory } from '../data-directory.ts'
import { CliError } from '../exit.ts'
import { fullInstant } from '../output/instant.ts'
import { startProgress } from '../output/progress.ts'

export async function restore(
  context: Context,
  [source]: string[],
  options: { force?: boolean },
): Promise<number | undefined> {
  const { restoreDataDirectory } = await import('@rota/engine')
  const dataDir = dataDirectory(context)
  const force = options.force === true || (await mayReplace(context, dataDir))
  const progress = startProgress(context, label('Restoring'))
  try {
    const { manifest, replaced } = await restoreDataDirectory({
      folder: resolve(context.cwd, source!),
      dataDir,
      at: context.now,
      force,
      progress: (done) => progress.set(done, ''),
    })
    progress.end()
    if (context.flags.json) context.json({ data_dir: dataDir, replaced, ...manifest })
    else {
      const at = fullInstant(manifest.created_at, context.now, context.zone)
      context.say(`${context.paint('green', '✔')} ${say`${dataDir} is as it was at ${at}.`}`)
      if (replaced !== null) context.say(say`What was there before is in ${replaced}.`)
    }
    return undefined
  } finally {
    progress.end()
  }
}

/** Asks before anything that is there gives way. Throws CliError `conflict` where nobody can be asked. */
async function mayReplace(context: Context, dataDir: string): Promise<boolean> {
  const names = await readdir(dataDir).catch(() => [])
  if (!names.some((name) => name.endsWith('.db') && name !== 'lock.db')) return false
  if (!context.inIsTty) {
    throw new CliError('conflict', say`${dataDir} holds data already.`, [
      say`--force moves it aside and restores the backup.`,
    ])
  }
  await confirm(context, say`${dataDir} holds data already. Move it aside and restore the backup?`)
  return true
}
