import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DiskSpools } from './disk-spool.ts'
import { temporaryFolder } from './testing/settings.ts'

const line = (text: string) => ({ at: 1, stream: 'stdout', text }) as const

function takeAll(spool: ReturnType<DiskSpools['open']>): string[] {
  const texts: string[] = []
  while (!spool.isEmpty) texts.push(...spool.take(1_000).map(({ text }) => text))
  return texts
}

function spoolsOf(maxBytes: number, maxTotalBytes = 10 * maxBytes) {
  const folder = temporaryFolder()
  return { folder, spools: new DiskSpools({ folder, maxBytes, maxTotalBytes }) }
}

test('lines come out as they went in, whatever they hold', () => {
  const { spools } = spoolsOf(1_000_000)
  const spool = spools.open()
  const texts = ['', 'a', '中文 \u0000 "quoted" \u001b[31m', 'x'.repeat(65_536), 'end']
  spool.add(texts.slice(0, 2).map(line))
  spool.add(texts.slice(2).map(line))
  expect(takeAll(spool)).toEqual(texts)
  expect(spool.droppedBytes).toBe(0)
})

test('of too much the head and the tail stay, with the cut told between them', () => {
  const { spools } = spoolsOf(4_000)
  const spool = spools.open()
  for (let i = 0; i < 10_000; i++) spool.add([line(`line ${i}`)])
  expect(spools.used).toBeLessThanOrEqual(4_000)
  const texts = takeAll(spool)
  const mark = texts.findIndex((text) => text.startsWith('…'))
  expect(texts.slice(0, mark)).toEqual(Array.from({ length: mark }, (_, i) => `line ${i}`))
  const cut = Number(/\((\d+) lines\)/.exec(texts[mark]!)![1])
  expect(texts[mark + 1]).toBe(`line ${mark + cut}`)
  expect(texts.at(-1)).toBe('line 9999')
  expect(texts.length - 1 + cut).toBe(10_000)
})

test('all spools together keep within their limit, and each that lost something says so', () => {
  const { spools } = spoolsOf(1_000_000, 5_000)
  const [a, b] = [spools.open(), spools.open()]
  for (let i = 0; i < 200; i++) a.add([line(`a ${i}`)])
  for (let i = 0; i < 200; i++) b.add([line(`b ${i}`)])
  expect(spools.used).toBeLessThanOrEqual(5_000)
  expect(takeAll(b).some((text) => text.includes('were cut here'))).toBe(true)
})

test('once read, it begins anew, and closing gives back its room', () => {
  const { spools, folder } = spoolsOf(4_000)
  const spool = spools.open()
  spool.add([line('a')])
  takeAll(spool)
  expect(readdirSync(folder)).toEqual([])
  spool.add([line('b')])
  expect(takeAll(spool)).toEqual(['b'])
  spool.add([line('c')])
  spool.close()
  expect(spools.used).toBe(0)
  expect(readdirSync(folder)).toEqual([])
})

test('what an earlier process has left is removed', () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, '1.jsonl'), 'old')
  new DiskSpools({ folder, maxBytes: 1_000, maxTotalBytes: 1_000 })
  expect(readdirSync(folder)).toEqual([])
})
