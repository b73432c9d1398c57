import { hostname } from 'node:os'
import { expect, test } from 'vitest'
import { EXIT } from './failure.ts'
import { type AgentFlags, readSettings } from './settings.ts'

const read = (flags: AgentFlags, env: Record<string, string> = {}) => readSettings(flags, env, '/srv')

test('what is not said has a default, and the environment says what no flag does', () => {
  expect(read({ server: 'https://rota.example/' })).toMatchObject({
    ...{ server: 'https://rota.example', token: null, name: hostname(), dataDir: '/srv/agent-data', weight: 1 },
    ...{ pools: [], labels: {}, graceMs: 30_000, spoolBytes: 16_777_216, types: null },
  })
  const env = {
    ...{ ROTA_SERVER: 'http://a', ROTA_JOIN_TOKEN: 't', ROTA_NODE_POOLS: 'gpu, cpu', ROTA_NODE_LABELS: 'zone=a,x=' },
    ...{ ROTA_NODE_CAPABILITIES: 'asr=zh,en:small nmt=zh' },
  }
  expect(read({ server: 'http://b', pool: ['p'] }, env)).toMatchObject({
    ...{ server: 'http://b', token: 't', pools: ['p'], labels: { zone: 'a', x: '' } },
    capabilities: { asr: { languages: ['zh', 'en'], models: ['small'] }, nmt: { languages: ['zh'], models: [] } },
  })
})

test.each([
  ['no server', {}, 'ROTA_SERVER'],
  ['a server that is no address', { server: 'rota.example' }, '--server rota.example'],
  ['a server of another kind', { server: 'ftp://rota.example' }, '--server ftp://rota.example'],
  ['a password in the address', { server: 'https://a:b@c' }, 'no password'],
  ['a capacity of nothing', { server: 'http://a', capacity: '0' }, '--capacity 0'],
  ['a capacity in words', { server: 'http://a', capacity: 'many' }, '--capacity many'],
  ['a label without a value', { server: 'http://a', label: ['zone'] }, '--label zone'],
  ['a capability without a name', { server: 'http://a', capability: ['=zh'] }, '--capability =zh'],
])('%s is a mistake that is named', (_, flags, said) => {
  expect(() => read(flags)).toThrow(expect.objectContaining({ exitCode: EXIT.usage }))
  expect(() => read(flags)).toThrow(said)
})
