import { describe, expect, it } from 'vitest'
import { fill, gapsIn, templateOf } from './template.ts'
import { languageOf, translate } from './translate.ts'

describe('templates', () => {
  it('find what stands in the gaps, in any order, also nothing', () => {
    expect(gapsIn(templateOf('{0} of {1}.'), 'a of b of c.')).toEqual(['a', 'b of c'])
    expect(gapsIn(templateOf('{1}: {0}'), 'name: value')).toEqual(['value', 'name'])
    expect(gapsIn(templateOf('a{0}b'), 'ab')).toEqual([''])
    expect(gapsIn(templateOf('a{0}b{1}c'), 'abc')).toEqual(['', ''])
  })

  it('fit no text whose pieces would overlap', () => {
    expect(gapsIn(templateOf('aba{0}ba'), 'aba')).toBeNull()
    expect(gapsIn(templateOf('x{0}yy{1}y'), 'xyy')).toBeNull()
  })

  it('are filled in the order of their own gaps', () => {
    expect(fill(templateOf('{1} 中的 {0}'), ['a', 'b'])).toBe('b 中的 a')
  })
})

describe('translate', () => {
  it('says a sentence in Chinese and keeps what it quotes', () => {
    expect(translate('There is no task abc.', 'zh')).toMatch(/^不存在.* abc。$/)
  })

  it('quotes what people named, and says a sentence within a sentence', () => {
    expect(translate('There is no task task.', 'zh')).toBe('不存在任务 task。')
    expect(translate('timeout_seconds: is -1; it must be between 0 and 5.', 'zh')).toBe(
      'timeout_seconds：是 -1，须在 0 到 5 之间。',
    )
    expect(translate('TypeError: x is not a function', 'zh')).toBe('TypeError: x is not a function')
  })

  it('costs little however long and full of separators a text is', () => {
    const cost = (length: number) => {
      const started = performance.now()
      translate('a: b; c — d or e. '.repeat(length / 18), 'zh')
      return performance.now() - started
    }
    cost(4_000)
    expect(cost(8_000)).toBeLessThan(200)
  })

  it('leaves alone what no template makes, and everything in English', () => {
    expect(translate('my own words', 'zh')).toBe('my own words')
    expect(translate('There is no task abc.', 'en')).toBe('There is no task abc.')
  })
})

describe('languageOf', () => {
  it.each([
    [undefined, 'en'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['en;q=0.5, zh;q=0.6', 'zh'],
    ['en, zh', 'en'],
    ['fr, de;q=0.3', 'en'],
    ['zh;q=0', 'en'],
    ['*', 'en'],
    ['zh;q=nonsense', 'en'],
  ])('takes %j for %s', (header, language) => {
    expect(languageOf(header)).toBe(language)
  })
})
