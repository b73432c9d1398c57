import { describe, expect, test } from 'vitest'
import type { TaskDocument } from './task-document.ts'
import { readYaml, writeYaml } from './yaml-text.ts'

const documents: TaskDocument[] = [
  {
    name: 'yes',
    type: 'shell',
    command: '#!/bin/sh\necho "a: b"\n\n  - indented\ttab\n',
    schedule: '* * * * *',
    tags: ['1', 'true', '2026-12-01'],
    env: { A: '', B: ' leading', C: 'null', D: '0x1F', E: '1_000' },
    start_at: '2026-12-01T00:00:00.000Z',
  },
  {
    name: '每晚备份：数据库',
    type: 'http',
    http: {
      url: 'https://x.y/?a=1#b',
      body: '{"a": 1}\r\n',
      headers: { 'X-Y': '*' },
      assert: [{ json: 'a', equals: null }],
    },
    params: { args: [1, '1', null, true, { a: [] }], kwargs: { deep: { er: [1.5, -0.1, 1e21] } } },
    schedules: [{ schedule: { type: 'monthly', nth: 'last', weekday: 'fri', times: ['18:00'] }, timezone: null }],
    retry: { exit_codes: [1, 2] },
  },
  { name: 'x', type: 'python', source: 'if x:\n    print("é\\u0001")\n# last line without an end' },
]

describe('a task as YAML', () => {
  test.each(documents)('loses nothing on the way there and back: $name', (document) => {
    const { document: read, fault } = readYaml(writeYaml(document), '')
    expect(fault).toBeNull()
    expect(read).toEqual(document)
  })

  test('several lines stand as a block, as they are', () => {
    expect(writeYaml({ name: 'x', command: 'a\nb\n' })).toContain('command: |\n  a\n  b\n')
  })

  test('a mistake is found at its line', () => {
    const { document, fault } = readYaml('name: x\ntags: [a\ntype: shell\n', '')
    expect(document).toBeNull()
    expect(fault?.line).toBeGreaterThanOrEqual(2)
  })

  test('a text that is no mapping is no task', () => {
    expect(readYaml('- a', 'not a task').fault).toEqual({ message: 'not a task', line: 1, position: 0 })
  })

  test('a path of the API leads to its place in the text, or to what is around it', () => {
    const text = 'name: x\nschedules:\n  - schedule: 0 70 * * *\nretry:\n  delay_seconds: 1\n'
    const { positionOf } = readYaml(text, '')
    expect(text.slice(positionOf('schedules[0].schedule'))).toMatch(/^0 70/)
    expect(text.slice(positionOf('retry.max_attempts'))).toMatch(/^delay_seconds/)
    expect(positionOf('handler')).toBe(0)
  })
})
