import type { FromNode, NodeFacts, RotaError } from '@rota/core'
import { expect, test } from 'vitest'
import { AGENT_LIMITS, parseFromNode, parseToNode, refusalOf } from './agent.ts'

const FACTS: NodeFacts = {
  ...{ id: 'n1', name: 'one', address: null, labels: { zone: 'a' }, weight: 1, capacity: 4, languages: ['zh'] },
  ...{ capabilities: { asr: { languages: ['zh'], models: ['small'] } }, types: ['shell'], handlers: [], gpu: null },
  ...{ callbackUrl: null, version: '0.1.0', pools: [], platform: { cpus: 2 }, tenantId: null },
}

const hello = (facts: object = {}, more: object = {}) =>
  JSON.stringify({ kind: 'hello', versions: [1], node: { ...FACTS, ...facts }, running: [], session: 's', ...more })

/** What is wrong with a frame: its code, and the fields with what is said of them. */
function complaint(frame: string, read: (frame: string) => unknown = parseFromNode) {
  try {
    read(frame)
  } catch (error) {
    const { code, errors } = error as RotaError
    return { code, refusal: refusalOf(error), fields: errors.map(({ path, message }) => `${path} ${message}`) }
  }
  return null
}

test('a greeting is read as it was written', () => {
  expect(parseFromNode(hello())).toEqual({ kind: 'hello', versions: [1], node: FACTS, running: [], session: 's' })
})

test.each([
  ['no capacity', { capacity: undefined }, 'node.capacity is required.'],
  ['a capacity in words', { capacity: '4' }, 'node.capacity must be a number, not a string.'],
  ['a negative capacity', { capacity: -1 }, 'node.capacity must be at least 1.'],
  ['a huge capacity', { capacity: 1e300 }, 'node.capacity must be'],
  ['a weight of nothing', { weight: 0 }, 'node.weight must be more than 0.'],
  ['a weight that JSON makes null of (NaN)', { weight: Number.NaN }, 'node.weight must be a number, not null.'],
  ['an id that would leave its key', { id: 'a}b' }, 'node.id must be letters'],
  ['an address to call that is none', { callbackUrl: 'file:///etc/passwd' }, 'node.callbackUrl '],
  ['a field too many', { capacty: 4 }, 'node.capacty is not a known field'],
])('a node with %s is refused, and the field is named', (_, facts, said) => {
  const { code, refusal, fields } = complaint(hello(facts))!
  expect({ code, refusal }).toEqual({ code: 'invalid', refusal: 'invalid' })
  expect(fields[0]).toContain(said)
})

test('a capability of 10,000 languages is refused by name, and so are 201 in all', () => {
  const languages = (count: number) => Array.from({ length: count }, (_, i) => `l${i}`)
  const of = (counts: Record<string, number>) => ({
    capabilities: Object.fromEntries(
      Object.entries(counts).map(([service, count]) => [service, { languages: languages(count), models: [] }]),
    ),
  })
  expect(complaint(hello(of({ asr: 10_000 })))!.fields).toContain(
    'node.capabilities.asr.languages must be at most 200 entries long.',
  )
  expect(complaint(hello(of({ asr: 150, nmt: 51 })))!.fields).toEqual([
    'node.capabilities.nmt.languages brings the languages of all services to more than 200.',
  ])
  expect(complaint(hello(of({ asr: 150, nmt: 50 })))).toBeNull()
})

test('a greeting in another version alone is refused for that, whatever else it holds', () => {
  expect(complaint(hello({ future: true }, { versions: [2, 3] }))).toMatchObject({ refusal: 'version' })
  expect(complaint(hello({}, { versions: [1, 2] }))).toBeNull()
  expect(complaint(hello({}, { versions: ['1'] }))).toMatchObject({ refusal: 'invalid' })
})

test.each([
  ['is no JSON', 'hello', 'malformed'],
  ['is nothing', '', 'malformed'],
  ['is a list', '[]', 'invalid'],
  ['is of a kind that nobody knows', '{"kind":"sudo"}', 'invalid'],
  ['is nested without end', `{"kind":"hello","node":${'['.repeat(200_000)}${']'.repeat(200_000)}}`, 'malformed'],
  ['is one byte too long', ' '.repeat(AGENT_LIMITS.newsFrameBytes + 1), 'too_large'],
  ['is too long in bytes alone', `"${'語'.repeat(AGENT_LIMITS.newsFrameBytes / 3)}"`, 'too_large'],
  ['reports progress of nothing known', '{"kind":"news","executionId":"e","fence":1,"number":1}', 'invalid'],
])('a frame that %s is refused', (_, frame, code) => {
  expect(complaint(frame)).toMatchObject({ code })
})

test.each([
  ['a fence of 0', { fence: 0 }, 'fence'],
  ['a number of 0', { number: 0 }, 'number'],
  ['a fence beyond what numbers hold', { fence: 2 ** 53 }, 'fence'],
  ['too many lines', { news: { kind: 'lines', from: 0, lines: Array(2_001).fill(line('x')) } }, 'news.lines'],
  ['a line too long', { news: { kind: 'lines', from: 0, lines: [line('x'.repeat(65_537))] } }, 'news.lines[0].text'],
  ['more than all done', { news: { kind: 'progress', percent: 101, message: null } }, 'news.percent'],
])('news with %s are refused', (_, more, path) => {
  const news = { kind: 'news', executionId: 'e', fence: 1, number: 1, owner: 'i', news: { kind: 'acked' } }
  expect(parseFromNode(JSON.stringify(news))).toEqual(news as FromNode)
  expect(complaint(JSON.stringify({ ...news, ...more }))!.fields[0]).toMatch(path)
})

test('what is said to a node is held to its shape as well', () => {
  const welcome = { kind: 'welcome', version: 1, epoch: 1, instance: 'i', heartbeatMs: 5_000, silenceMs: 15_000 }
  expect(parseToNode(JSON.stringify({ ...welcome, drop: [], now: 5 }))).toMatchObject(welcome)
  expect(complaint(JSON.stringify({ ...welcome, heartbeatMs: 0, drop: [], now: 5 }), parseToNode)!.fields).toEqual([
    'heartbeatMs must be at least 100.',
  ])
  expect(complaint('{"kind":"order"}', parseToNode)).toMatchObject({ code: 'invalid' })
})

function line(text: string) {
  return { at: 1, stream: 'stdout', text } as const
}
