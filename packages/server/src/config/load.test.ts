import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { StartFailure } from '../failure.ts'
import { effectiveConfig } from './effective.ts'
import { checkConfig, loadConfig } from './load.ts'
import { configReference } from './reference.ts'
import { CONFIG_FIELDS } from './schema-fields.ts'

const folder = mkdtempSync(join(tmpdir(), 'rota-config-'))

function withFile(text: string): string {
  const path = join(folder, `${Math.random()}.yaml`)
  writeFileSync(path, text)
  return path
}

test('without file and environment the defaults are in force', () => {
  const { config, file } = loadConfig({}, {}, folder)
  expect(file).toBeNull()
  expect(config).toMatchObject({ port: 7070, host: '127.0.0.1', data_dir: join(folder, 'data') })
})

test('flags go before the environment, the environment before the file, the file before defaults', () => {
  const config = withFile('port: 1001\nhost: 10.0.0.1\nenvironment: staging\n')
  const env = { ROTA_PORT: '1002', ROTA_HOST: '10.0.0.2' }
  const loaded = loadConfig({ config, port: '1003' }, env, folder).config
  expect([loaded.port, loaded.host, loaded.environment]).toEqual([1003, '10.0.0.2', 'staging'])
})

test('a misspelt key is named with line, column and the right one', () => {
  expect(checkConfig('port: 7070\nhttp:\n  docs: true\n  body_limit_byte: 5\n').problems).toEqual([
    {
      line: 4,
      column: 3,
      path: 'http.body_limit_byte',
      message: 'is not a known field; did you mean "body_limit_bytes"?',
      suggestion: 'body_limit_bytes',
    },
  ])
})

test('a wrong value is named with the line of its key', () => {
  const [problem] = checkConfig('auth:\n  access_token_seconds: 4000\n').problems
  expect(problem).toMatchObject({ line: 2, column: 3, path: 'auth.access_token_seconds' })
  expect(checkConfig('timezone: Europe/Berlln\n').problems[0]?.message).toContain('There is no time zone')
})

test('broken YAML is reported with its position, not as a crash', () => {
  const [problem] = checkConfig('port: [1, 2\nhost: "x\n').problems
  expect(problem?.line).toBeGreaterThan(0)
  expect(checkConfig('- a\n- b\n').problems[0]?.message).toContain('must hold settings')
  expect(checkConfig('port: 1\nport: 2\n').problems[0]).toMatchObject({ line: 2 })
})

test('variables are filled in after parsing, so they cannot add structure', () => {
  const env = { P: '8080', EVIL: 'a\nport: 1' }
  const config = withFile(`port: \${P}\nhost: \${H:-0.0.0.0}\nenvironment: \${EVIL}\nlog: { level: "\${L:-warn}" }\n`)
  const loaded = loadConfig({ config }, env, folder).config
  expect(loaded).toMatchObject({ port: 8080, host: '0.0.0.0', environment: 'a\nport: 1', log: { level: 'warn' } })
})

test('a variable that is not set and has no default is an error that names it and its line', () => {
  expect(checkConfig(`port: 7070\nhost: \${NOWHERE}\n`).problems[0]).toMatchObject({
    line: 2,
    message: expect.stringContaining('NOWHERE is not set'),
  })
})

test('a URL that is filled in with nothing is none', () => {
  const config = withFile(`database:\n  url: \${NOWHERE:-}\n`)
  expect(loadConfig({ config }, {}, folder).config.database.url).toBeNull()
})

test('every setting has its own variable, and each of them is read', () => {
  expect(new Set(CONFIG_FIELDS.map((field) => field.variable)).size).toBe(CONFIG_FIELDS.length)
  const env = {
    ROTA_HTTP_DOCS: 'no',
    ROTA_DATABASE_URL: 'postgres://u:secret@h/d',
    ROTA_HANDLERS_MODULE: 'a.ts',
    ROTA_HTTP_TASKS_ALLOW: '10.0.0.0/8, intranet',
  }
  const { config } = loadConfig({}, env, folder)
  expect(config.http.docs).toBe(false)
  expect(config.database.url).toContain('secret')
  expect(config.handlers.module).toBe(join(folder, 'a.ts'))
  expect(config.http_tasks.allow).toEqual(['10.0.0.0/8', 'intranet'])
})

test('a wrong variable or flag is named as such', () => {
  expect(() => loadConfig({}, { ROTA_PORT: 'many' }, folder)).toThrow('ROTA_PORT: must be a whole number, not "many".')
  expect(() => loadConfig({ port: '99999' }, {}, folder)).toThrow('--port: must be at most 65535.')
  expect(() => loadConfig({ config: 'nowhere.yaml' }, {}, folder)).toThrow(StartFailure)
})

test('a variable that looks misspelt is warned of', () => {
  expect(loadConfig({}, { ROTA_PROT: '1', ROTA_TEST_POSTGRES_URL: 'x' }, folder).warnings).toEqual([
    'The environment variable ROTA_PROT is not known; did you mean ROTA_PORT?',
  ])
})

test('the effective configuration shows no secret', () => {
  const { config } = loadConfig({}, { ROTA_DATABASE_URL: 'postgres://u:hunter2@h/d' }, folder)
  const shown = effectiveConfig(config)
  expect(JSON.stringify(shown)).not.toContain('hunter2')
  expect(shown).toMatchObject({ database: { url: '(set)' }, redis: { url: null }, scheduling_algorithm: 'random' })
})

test('the reference lists every setting', () => {
  const text = configReference()
  for (const field of CONFIG_FIELDS) {
    expect(text).toContain(`\`${field.variable}\``)
    expect(field.description).not.toBe('')
  }
})

test('what a variable overrides is still wrong in the file: the check says so, the start warns', () => {
  const env = { ROTA_PORT: '7070' }
  expect(checkConfig('host: 127.0.0.1\nport: many\n', env).problems).toMatchObject([{ line: 2, path: 'port' }])
  const { config, warnings } = loadConfig({ config: withFile('port: many\n') }, env, folder)
  expect(config.port).toBe(7070)
  expect(warnings).toEqual([expect.stringMatching(/:1:1: port: .*\(overridden for now\)$/)])
})

test('proxies are named by address, range or word; what true meant is kept, with a warning', () => {
  const proxies = (text: string, env = {}) => loadConfig({ config: withFile(text) }, env, folder)
  expect(proxies('http: { trust_proxy: [10.0.0.0/8, loopback, "2001:db8::1"] }').config.http.trust_proxy).toHaveLength(
    3,
  )
  expect(proxies('http: { trust_proxy: false }').config.http.trust_proxy).toEqual([])
  const old = [proxies('http: { trust_proxy: true }'), proxies('', { ROTA_HTTP_TRUST_PROXY: 'true' })]
  for (const { config, warnings } of old) {
    expect(config.http.trust_proxy).toEqual(['any'])
    expect(warnings).toEqual([expect.stringContaining('believes whoever connects')])
  }
  expect(proxies('', { ROTA_HTTP_TRUST_PROXY: '10.0.0.1, private' }).config.http.trust_proxy).toHaveLength(2)
  expect(() => proxies('', { ROTA_HTTP_TRUST_PROXY: '10.0.0.0/33' })).toThrow('ROTA_HTTP_TRUST_PROXY: must be an IP')
  expect(checkConfig('http:\n  trust_proxy:\n    - proxy.example\n').problems).toMatchObject([{ line: 3 }])
})

test('what each task takes that says nothing is set for all, and before that for one type', () => {
  const { config } = loadConfig(
    {
      config: withFile(
        'execution:\n  timeout_seconds: 3600\n  retry: { max_attempts: 3, on: [timeout] }\n  types: { http: { timeout_seconds: 5 } }\n',
      ),
    },
    { ROTA_EXECUTION_MAX_CONCURRENT: '5', ROTA_EXECUTION_TYPES_PYTHON_RETRY: 'max_attempts=2,delay_seconds=9' },
    folder,
  )
  expect(config.execution).toMatchObject({
    timeout_seconds: 3600,
    retry: { max_attempts: 3, on: ['timeout'] },
    max_concurrent: 5,
    types: { http: { timeout_seconds: 5 }, python: { retry: { max_attempts: 2, delay_seconds: 9 } } },
  })
  const env = { ROTA_EXECUTION_TIMEOUT_SECONDS: '1.5', ROTA_EXECUTION_RETRY: 'max_attempts=4' }
  expect(loadConfig({}, env, folder).config.execution).toMatchObject({
    timeout_seconds: 1.5,
    retry: { max_attempts: 4 },
    types: { http: { timeout_seconds: null } },
  })
  expect(() => loadConfig({}, { ROTA_EXECUTION_RETRY: 'max_attempts=0' }, folder)).toThrow('ROTA_EXECUTION_RETRY: ')
})

test('what stands in execution instead of executions, or the other way round, is sent on', () => {
  expect(checkConfig('executions: { timeout_seconds: 5 }\nexecution: { max_programs: 2 }\n').problems).toMatchObject([
    { path: 'execution.max_programs', suggestion: 'executions.max_programs' },
    { path: 'executions.timeout_seconds', suggestion: 'execution.timeout_seconds' },
  ])
})
