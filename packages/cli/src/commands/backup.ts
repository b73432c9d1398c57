import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { label, say } from '@rota/core'
import type { Context } from '../context.ts'
import { dataDirectory, requireData } from '../data-directory.ts'
import { figure } from '../output/figure.ts'
import { startProgress } from '../output/progress.ts'
import { bytes } from '../output/size.ts'
import { LOCAL_TOKEN_FILE } from '../session/local-token.ts'

/** What secrets are kept under: beside them it would open them for whoever has the backup. */
const SECRETS_KEY = 'keys/secrets.key'

export async function backup(
  context: Context,
  [target]: string[],
  { withSecretsKey }: { withSecretsKey?: boolean },
): Promise<number | undefined> {
  const { backupDataDirectory, DATA_FILES } = await import('@rota/engine')
  const dataDir = dataDirectory(context)
  await requireData(dataDir, DATA_FILES.state)
  const folder = resolve(context.cwd, target!)
  const progress = startProgress(context, label('Backing up'))
  try {
    const manifest = await backupDataDirectory({
      dataDir,
      folder,
      at: context.now,
      except: withSecretsKey ? [LOCAL_TOKEN_FILE] : [LOCAL_TOKEN_FILE, SECRETS_KEY],
      progress: (done) => progress.set(done, ''),
    })
    progress.end()
    if (context.flags.json) context.json({ folder, ...manifest })
    else {
      const size = bytes(manifest.files.reduce((sum, file) => sum + file.bytes, 0))
      const count = manifest.files.length
      const checked = count === 1 ? say`1 file, ${size}, checked.` : say`${figure(count)} files, ${size}, checked.`
      context.say(`${context.paint('green', '✔')} ${folder}${label(': ')}${checked}`)
      context.note(say`It holds keys and password hashes; keep it where only you can read it.`)
      if (withSecretsKey) context.note(say`It holds ${SECRETS_KEY}, which opens the secrets in it.`)
      else if (existsSync(join(dataDir, SECRETS_KEY)))
        context.note(
          say`It does not hold ${SECRETS_KEY}: without that nobody opens the secrets in it. Keep a copy elsewhere.`,
        )
    }
    return undefined
  } finally {
    progress.end()
  }
}
