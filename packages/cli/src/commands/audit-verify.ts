import { createHash, createPublicKey, verify } from 'node:crypto'
import { createReadStream, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { type ChainReport, type Checkpoint, checkChain, checkpointText, say } from '@rota/core'
import type { AuditCheckpoint, AuditEntry } from '@rota/sdk'
import type { Context } from '../context.ts'
import { CliError, exitCode } from '../exit.ts'
import { figure } from '../output/figure.ts'

interface Options {
  checkpoints?: string
  file?: string
  key?: string
}

/** Holds the chain of the audit against itself, and against checkpoints that were kept elsewhere. */
export async function auditVerify(context: Context, _args: string[], options: Options): Promise<number | undefined> {
  const { marks, keys } = options.checkpoints === undefined ? NO_MARKS : readMarks(options.checkpoints, options.key)
  const check = checkChain((text) => createHash('sha256').update(text).digest('hex'), marks)
  let unsealed = 0
  for await (const entry of entriesOf(context, options.file)) {
    if (entry.seq === null || entry.hash === null) unsealed++
    else check.look(sealedOf(entry, entry.seq, entry.hash))
  }
  const report = check.end()
  if (context.flags.json) context.json({ ...report, unsealed, keys })
  else tell(context, report, { unsealed, keys, hasMarks: marks.length > 0 })
  return report.faults.length > 0 ? exitCode('unsound') : undefined
}

const NO_MARKS = { marks: [] as Checkpoint[], keys: [] as string[] }

async function* entriesOf(context: Context, file: string | undefined): AsyncGenerator<AuditEntry> {
  if (file === undefined) {
    yield* (await context.client()).audit.export()
    return
  }
  let no = 0
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    no++
    if (line.trim() === '') continue
    try {
      yield JSON.parse(line) as AuditEntry
    } catch {
      throw new CliError(
        'usage',
        say`${file}: line ${no} is no entry of the audit; make the file by: rota audit export`,
      )
    }
  }
}

function sealedOf(entry: AuditEntry, seq: number, hash: string) {
  const { actor, credential, address, kind, action, outcome, payload } = entry
  return {
    ...{ seq, hash, actor, credential, address, action, outcome, payload },
    at: Date.parse(entry.at),
    kind: kind as 'task',
    tenantId: entry.tenant_id,
    userId: entry.user_id,
    requestId: entry.request_id,
    subjectId: entry.subject_id,
    subjectName: entry.subject_name,
    payloadHash: entry.payload_hash,
  }
}

/** Checkpoints of a file whose signatures are good, and by which keys. Throws for one that is not. */
function readMarks(file: string, wanted: string | undefined) {
  const marks: Checkpoint[] = []
  const keys = new Set<string>()
  const lines = readFileSync(file, 'utf8').split('\n')
  for (const [at, line] of lines.entries()) {
    if (line.trim() === '') continue
    const mark = markOf(line)
    // A crash has cut it off; who would spoil a line could as well have removed it.
    if (mark === null) continue
    const key = signerOf(mark)
    if (key === null || (wanted !== undefined && key !== wanted)) {
      throw new CliError(
        'unsound',
        say`${file}: line ${at + 1} is not a checkpoint signed by ${wanted ?? say`the key it names`}.`,
      )
    }
    keys.add(key)
    marks.push({ seq: mark.seq, hash: mark.hash, at: Date.parse(mark.at) })
  }
  if (marks.length === 0) throw new CliError('usage', say`${file} holds no checkpoint.`)
  return { marks, keys: [...keys] }
}

function markOf(line: string): AuditCheckpoint | null {
  try {
    return JSON.parse(line) as AuditCheckpoint
  } catch {
    return null
  }
}

/** The fingerprint of the key that has signed a checkpoint; null when the signature is not good. */
function signerOf(mark: AuditCheckpoint): string | null {
  try {
    const der = Buffer.from(mark.key, 'base64')
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
    const isGood = verify(null, Buffer.from(checkpointText(mark)), key, Buffer.from(mark.signature, 'base64'))
    return isGood ? `SHA256:${createHash('sha256').update(der).digest('base64').replaceAll('=', '')}` : null
  } catch {
    return null
  }
}

interface Found {
  unsealed: number
  keys: readonly string[]
  hasMarks: boolean
}

function tell(context: Context, report: ChainReport, { unsealed, keys, hasMarks }: Found): void {
  const { entries, first, last, checkpoints, faults } = report
  const { paint } = context
  for (const { seq, message } of faults) context.out(`${paint('red', '✘')} ${say`Entry ${seq}:`} ${message}`)
  if (faults.length === 0) {
    const range = last === null ? '' : ` (${first}–${last.seq})`
    context.out(`${paint('green', '✔')} ${say`${figure(entries)} entries hang together`}${range}`)
  }
  if (unsealed > 0) context.note(say`${unsealed} entries have no number yet; ask again in some seconds.`)
  if (!hasMarks) {
    context.note(say`Without checkpoints an end that was cut off or written anew is not found: --checkpoints FILE.`)
    return
  }
  context.note(say`${checkpoints} checkpoints fit, signed by ${keys.join(', ')}.`)
}
