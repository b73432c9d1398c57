import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkpointText, drafted, SYSTEM, seal } from '@rota/core'
import { beforeAll, describe, expect, test } from 'vitest'
import { run } from '../testing/run.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const of = (n: number) =>
  drafted(SYSTEM, { kind: 'task', id: `t${n}`, name: `task ${n}`, action: 'updated', after: { n } }, n)

/** As an export has them. */
const lines = seal([1, 2, 3, 4, 5, 6].map(of), null, sha256).map((entry) => ({
  ...{ seq: entry.seq, at: new Date(entry.at).toISOString(), tenant_id: null, actor: entry.actor, user_id: null },
  ...{ credential: null, address: null, request_id: null, kind: entry.kind, subject_id: entry.subjectId },
  ...{ subject_name: entry.subjectName, action: entry.action, outcome: entry.outcome, payload: entry.payload },
  ...{ payload_hash: entry.payloadHash, hash: entry.hash },
}))
type Line = (typeof lines)[number]

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const key = publicKey.export({ format: 'der', type: 'spki' }).toString('base64')

function markOf({ seq, hash }: Line) {
  const mark = { seq, hash, at: '2026-11-30T00:00:00.000Z' }
  return { ...mark, key, signature: sign(null, Buffer.from(checkpointText(mark)), privateKey).toString('base64') }
}

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rota-verify-'))
})

let serial = 0
function file(rows: readonly object[], end = '\n'): string {
  const path = join(folder, `${++serial}.ndjson`)
  writeFileSync(path, rows.map((row) => JSON.stringify(row)).join('\n') + end)
  return path
}

const check = (rows: readonly object[], ...more: string[]) =>
  run(['audit', 'verify', '--file', file(rows), ...more], { env: { HOME: folder }, cwd: folder })

describe('rota audit verify', () => {
  test('says that what nobody touched hangs together, and by which key it is vouched for', async () => {
    const marks = file([markOf(lines[2]!), markOf(lines[5]!)], '\n{"seq":7,"ha')
    const { code, out, err } = await check(lines, '--checkpoints', marks)
    expect([code, out]).toEqual([0, '✔ 6 entries hang together (1–6)\n'])
    expect(err).toMatch(/2 checkpoints fit, signed by SHA256:/)
    expect((await check(lines)).err).toContain('Without checkpoints')
  })

  test.each<[string, readonly Line[], string]>([
    ['altered', lines.map((line) => (line.seq === 3 ? { ...line, actor: 'eve' } : line)), 'Entry 3'],
    ['altered in its payload', lines.map((line) => (line.seq === 3 ? { ...line, payload: '{}' } : line)), 'Entry 3'],
    ['removed', lines.filter(({ seq }) => seq !== 3), 'Entry 4: The entry before it is missing'],
    ['put in', [...lines.slice(0, 3), { ...lines[2]!, action: 'forged' }, ...lines.slice(3)], 'Entry 3'],
    ['moved', [lines[0]!, lines[2]!, lines[1]!, ...lines.slice(3)], 'Entry 2'],
  ])('finds what was %s, and ends with 9', async (_, rows, text) => {
    const { code, out } = await check(rows)
    expect(code).toBe(9)
    expect(out).toContain(text)
  })

  test('finds an end that was cut off or written anew by a checkpoint', async () => {
    const marks = file([markOf(lines[5]!)])
    expect(await check(lines.slice(0, 4), '--checkpoints', marks)).toMatchObject({ code: 9 })
    const last = lines[3]!
    const anew = seal([of(8), of(9)], { seq: 4, hash: last.hash }, sha256).map((entry, at) => {
      const { seq, payload, payloadHash: payload_hash, hash, subjectId: subject_id, subjectName: subject_name } = entry
      const at_ = new Date(entry.at).toISOString()
      return { ...lines[4 + at]!, at: at_, seq, payload, payload_hash, hash, subject_id, subject_name }
    })
    expect(await check([...lines.slice(0, 4), ...anew])).toMatchObject({ code: 0 })
    const found = await check([...lines.slice(0, 4), ...anew], '--checkpoints', marks)
    expect(found).toMatchObject({ code: 9 })
    expect(found.out).toContain('Entry 6')
  })

  test('reads on behind a checkpoint that a crash has cut off, and takes no file without any', async () => {
    const torn = join(folder, 'torn.ndjson')
    writeFileSync(torn, `${JSON.stringify(markOf(lines[1]!)).slice(0, 40)}\n${JSON.stringify(markOf(lines[5]!))}\n`)
    const { code, err } = await check(lines, '--checkpoints', torn)
    expect([code, err]).toEqual([0, expect.stringContaining('1 checkpoints fit')])
    expect(await check(lines.slice(0, 4), '--checkpoints', torn)).toMatchObject({ code: 9 })
    const other = join(folder, 'other.ndjson')
    writeFileSync(other, 'nothing of the kind\n')
    expect(await check(lines, '--checkpoints', other)).toMatchObject({ code: 2 })
  })

  test('takes no checkpoint that is forged, or signed by another key than the one it is told', async () => {
    const forged = file([{ ...markOf(lines[5]!), seq: 5 }])
    expect(await check(lines, '--checkpoints', forged)).toMatchObject({ code: 9 })
    const good = file([markOf(lines[5]!)])
    expect(await check(lines, '--checkpoints', good, '--key', 'SHA256:other')).toMatchObject({ code: 9 })
    const { out } = await check(lines, '--checkpoints', good, '--json')
    const [fingerprint] = JSON.parse(out).keys
    expect(await check(lines, '--checkpoints', good, '--key', fingerprint)).toMatchObject({ code: 0 })
  })

  test('says which line of a file is no entry', async () => {
    const path = file([lines[0]!], '\nnot json\n')
    const { code, err } = await run(['audit', 'verify', '--file', path], { env: { HOME: folder }, cwd: folder })
    expect([code, err]).toEqual([2, expect.stringContaining('line 2 is no entry')])
  })
})
