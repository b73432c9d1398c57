// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is what is written.
import { describe, expect, test } from 'vitest'
import {
  mentionsSecret,
  secretProblems,
  secretReferences,
  secretsIn,
  textWithSecrets,
  withSecrets,
} from './references.ts'

const ref = (name: string) => `\${secret:${name}}`
const shout = (name: string) => name.toUpperCase()

describe('a text', () => {
  test.each([
    [`a ${ref('x')} b ${ref('y.z-1')}`, 'a X b Y.Z-1'],
    [ref('x') + ref('x'), 'XX'],
    [`$${ref('x')}`, ref('x')],
    [`$$${ref('x')}`, `$${ref('x')}`],
    [`${ref('x')}$`, 'X$'],
    ['${secret', '${secret'],
    ['nothing', 'nothing'],
  ])('%s becomes %s', (text, expected) => {
    expect(textWithSecrets(text, shout)).toBe(expected)
  })
})

describe('what is to be run', () => {
  const work = {
    env: { A: ref('a') },
    params: { args: [ref('b'), 1, [ref('b')]], kwargs: { k: { deep: `<${ref('c')}>` } } },
    payload: { command: ref('d'), http: { headers: { H: ref('e') } } },
  }

  test('names its secrets once each, but none in the text of a program', () => {
    expect(secretsIn(work)).toEqual(['a', 'b', 'c', 'e'])
    expect(mentionsSecret(work)).toBe(true)
    expect(mentionsSecret({ ...work, env: {}, params: { args: [], kwargs: {} }, payload: { command: ref('d') } })).toBe(
      false,
    )
  })

  test('gets values in the place of references, and is itself left alone', () => {
    const before = structuredClone(work)
    expect(withSecrets(work, shout)).toEqual({
      env: { A: 'A' },
      params: { args: ['B', 1, ['B']], kwargs: { k: { deep: '<C>' } } },
      payload: { command: ref('d'), http: { headers: { H: 'E' } } },
    })
    expect(work).toEqual(before)
  })
})

describe('a document', () => {
  test('says where it names what', () => {
    expect(secretReferences({ env: { A: ref('a') }, http: { url: `http://x/${ref('b')}` }, name: ref('n') })).toEqual([
      { name: 'a', path: 'env.A' },
      { name: 'b', path: 'http.url' },
    ])
  })

  test('is told of names that are none, places where none can stand, and commands, and of nothing else', () => {
    const paths = (document: object) => secretProblems(document).map(({ path }) => path)
    expect(paths({ env: { A: ref('a b'), B: '${secret:x', C: ref('') } })).toEqual(['env.A', 'env.B', 'env.C'])
    expect(paths({ working_dir: ref('a'), tags: [ref('b')] })).toEqual(['working_dir', 'tags[0]'])
    expect(paths({ command: `echo ${ref('a')}`, payload: { command: ref('a') } })).toEqual([
      'command',
      'payload.command',
    ])
    expect(paths({ command: 'echo "${secret:0:3}"', source: ref('a'), description: ref('a b') })).toEqual([])
    expect(paths({ env: { A: ref('a'), B: `$${ref('not a name')}` } })).toEqual([])
  })
})
