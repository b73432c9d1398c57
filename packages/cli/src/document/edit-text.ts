import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { say } from '@rota/core'
import type { Context } from '../context.ts'
import { CliError } from '../exit.ts'

export interface EditedText {
  text: string
  isUnchanged: boolean
  /** Where the text stands until it is discarded. */
  file: string
  discard(): Promise<void>
}

/**
 * Lets the person edit a text in `$VISUAL`, `$EDITOR` or vi. The file lies in a directory of its own that only the
 * person can read. Throws CliError when the editor cannot be started or fails; the text is kept then.
 */
export async function editText(context: Context, text: string, name: string): Promise<EditedText> {
  const folder = await mkdtemp(join(tmpdir(), 'rota-'))
  const file = join(folder, name.replace(/[^\w.-]+/g, '_').slice(-80))
  await writeFile(file, text, { mode: 0o600 })
  const editor = context.env.VISUAL || context.env.EDITOR || 'vi'
  const code = await runEditor(editor, file)
  if (code !== 0)
    throw new CliError('error', say`The editor (${editor}) ended with ${code}.`, [say`Your text is kept in ${file}.`])
  const edited = await readFile(file, 'utf8')
  return {
    text: edited,
    isUnchanged: edited === text,
    file,
    discard: () => rm(folder, { recursive: true, force: true }),
  }
}

/** The variable may hold options, as in `code --wait`; the shell splits them, the file name is passed apart. */
function runEditor(editor: string, file: string): Promise<number | string> {
  return new Promise((resolve) => {
    const child = spawn('/bin/sh', ['-c', `${editor} "$1"`, 'rota-edit', file], { stdio: 'inherit' })
    child.on('error', ({ message }) => resolve(message))
    child.on('close', (code, signal) => resolve(code ?? signal ?? 1))
  })
}
