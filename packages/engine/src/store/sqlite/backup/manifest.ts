import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { RotaError, say } from '@rota/core/threads'

export const MANIFEST_FILE = 'manifest.json'

export interface BackedUpFile {
  /** Within the backup, with `/`. */
  path: string
  bytes: number
  sha256: string
}

/** What a backup says about itself; written last, so that a folder without it is no backup. */
export interface BackupManifest {
  format: 1
  created_at: string
  /** Name of the newest migration applied to the main database. */
  schema_version: string
  files: BackedUpFile[]
}

export async function describeFile(folder: string, path: string): Promise<BackedUpFile> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of createReadStream(join(folder, path))) {
    hash.update(chunk)
    bytes += chunk.length
  }
  return { path, bytes, sha256: hash.digest('hex') }
}

/** Throws `invalid` when the folder is no backup, or one of a newer release. */
export async function readManifest(folder: string): Promise<BackupManifest> {
  let text: string
  try {
    text = await readFile(join(folder, MANIFEST_FILE), 'utf8')
  } catch {
    const exists = await stat(folder).catch(() => null)
    const message =
      exists === null
        ? say`The folder ${folder} does not exist.`
        : say`The folder ${folder} is no finished backup: it has no ${MANIFEST_FILE}.`
    throw new RotaError('invalid', message)
  }
  const manifest = parse(text)
  if (manifest === null) throw new RotaError('invalid', say`${join(folder, MANIFEST_FILE)} is damaged.`)
  if (manifest.format !== 1) {
    throw new RotaError('invalid', say`The backup has format ${manifest.format}; this release reads format 1.`)
  }
  return manifest
}

function parse(text: string): BackupManifest | null {
  try {
    const value = JSON.parse(text)
    const complete = typeof value.schema_version === 'string' && Array.isArray(value.files) && value.files.every(isFile)
    return complete || value.format > 1 ? value : null
  } catch {
    return null
  }
}

/** A path must stay within the folder, whoever wrote the manifest. */
function isFile(file: Partial<BackedUpFile>): boolean {
  const { path, bytes, sha256 } = file
  if (typeof path !== 'string' || typeof bytes !== 'number' || typeof sha256 !== 'string') return false
  return path !== '' && !path.startsWith('/') && !path.split('/').includes('..')
}

/** Throws `invalid` naming the first file that is not what the manifest says. */
export async function verifyFiles(folder: string, { files }: BackupManifest, each: (bytes: number) => void) {
  for (const expected of files) {
    const found = await describeFile(folder, expected.path).catch(() => null)
    if (found === null) throw new RotaError('invalid', say`The backup lacks its file ${expected.path}.`)
    if (found.bytes !== expected.bytes || found.sha256 !== expected.sha256) {
      throw new RotaError('invalid', say`The backup's file ${expected.path} is damaged: its checksum does not match.`)
    }
    each(found.bytes)
  }
}
