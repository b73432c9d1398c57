import { readdir, readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { isLeftover, say } from '@rota/core'
import type { Context } from '../context.ts'

/** A file to import, or why it could not be read. */
export interface Source {
  /** Absolute path, or `stdin`. */
  path: string
  text: string | null
  /** Why there is no text; such a file is reported, not passed over. */
  problem: string | null
}

/** A crontab of this size would hold tens of thousands of jobs. */
const MOST_BYTES = 8 * 1024 * 1024

/**
 * The files that the arguments name, directories file by file in the order of names. One that does not exist or cannot
 * be read becomes part of the report, and does not stop the others.
 */
export async function readSources(context: Context, args: readonly string[]): Promise<Source[]> {
  const sources: Source[] = []
  for (const arg of args) {
    if (arg === '-') {
      sources.push({ path: 'stdin', text: await context.readStdin(), problem: null })
      continue
    }
    const path = resolve(context.cwd, arg)
    const found = await stat(path).catch(() => null)
    if (!found) sources.push({ path, text: null, problem: say`There is no such file or directory.` })
    else if (!found.isDirectory()) sources.push(await readSource(path))
    else sources.push(...(await readDirectory(path)))
  }
  return sources
}

async function readDirectory(path: string): Promise<Source[]> {
  const names = (await readdir(path)).sort()
  const sources: Source[] = []
  for (const name of names) {
    const file = join(path, name)
    const found = await stat(file).catch(() => null)
    if (found?.isDirectory()) {
      sources.push({ path: file, text: null, problem: say`A directory inside a directory is not looked into.` })
    } else if (isLeftover(name)) {
      const source = await readSource(file)
      const isEmpty = source.text?.split('\n').every((line) => line.trim() === '' || line.trimStart().startsWith('#'))
      const problem = say`cron does not read files of such names (hidden ones, copies, leftovers of packages); name it to import it.`
      sources.push(isEmpty ? source : { ...source, text: null, problem })
    } else sources.push(await readSource(file))
  }
  return sources
}

async function readSource(path: string): Promise<Source> {
  try {
    const { size } = await stat(path)
    if (size > MOST_BYTES)
      return { path, text: null, problem: say`The file has ${size} bytes; no crontab is that long.` }
    return { path, text: await readFile(path, 'utf8'), problem: null }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const reason =
      code === 'EACCES'
        ? say`You may not read it; run the command as a user who may.`
        : say`It cannot be read (${code ?? ''}).`
    return { path, text: null, problem: reason }
  }
}
