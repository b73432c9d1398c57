import { expect, test } from 'vitest'
import { CHINESE, CHINESE_LABELS, CHINESE_WORDS } from '../packages/core/src/language/zh/index.ts'
import english from '../packages/web/src/i18n/en/index.ts'
import chinese from '../packages/web/src/i18n/zh/index.ts'

// The words are those of docs/glossary.md.

interface Tree {
  [key: string]: string | Tree
}

function textsOf(tree: Tree): string[] {
  return Object.values(tree).flatMap((value) => (typeof value === 'string' ? value : textsOf(value)))
}

/** Gaps hold what is not known here. */
const withoutGaps = (text: string) => text.replace(/\{\{\w+\}\}|\{\d~?\}|<\w+\/>/g, '…')

const CHINESE_TEXTS = [CHINESE, CHINESE_LABELS, CHINESE_WORDS, chinese].flatMap(textsOf).map(withoutGaps)
const ENGLISH_TEXTS = [...[CHINESE, CHINESE_LABELS].flatMap(Object.keys), ...textsOf(english)].map(withoutGaps)

const breaking = (texts: readonly string[], rule: RegExp) => texts.filter((text) => rule.test(text))

test.each([
  ['lateness is 延迟', /迟到|启动延迟/],
  ['a run takes 耗时', /(?<![同占使可])用时/],
  ['a schedule is 计划', /调度(?!器)/],
  // A lease runs out.
  ['what is due is 应触发', /(?<!租约)到期/],
  ['weekdays are 周一 to 周日', /星期[一二三四五六日]|每个?mon/],
  ['what was missed is made up by 补执行', /补一次|全部补上/],
  ['a credential is 凭据', /凭证/],
  ['one signs out by 退出登录', /注销/],
  ['a backup is restored by 还原', /恢复.{0,4}备份/],
  ['a misspelt word is asked for in one way', /您是指|是否指/],
])('in Chinese %s', (_, rule) => {
  expect(breaking(CHINESE_TEXTS, rule)).toEqual([])
})

test('Chinese has full-width punctuation, and spaces beside Latin letters and digits alone', () => {
  expect(breaking(CHINESE_TEXTS, /[\u4e00-\u9fff，。][,;:?!()]|[,;:?!()][\u4e00-\u9fff]/)).toEqual([])
  expect(breaking(CHINESE_TEXTS, /[\u4e00-\u9fff][A-Za-z0-9@#$`]|[A-Za-z0-9%`][\u4e00-\u9fff]/)).toEqual([])
  expect(breaking(CHINESE_TEXTS, /[“”（）。，：；、] +\S|\S +[“”（）。，：；、]/)).toEqual([])
})

test.each([
  ['a default is called so', /\bas usual\b/i],
  ['plurals are real', /\(s\)/],
  ['the name on screen is the display name', /\bfull name\b/i],
])('in English %s', (_, rule) => {
  expect(breaking(ENGLISH_TEXTS, rule)).toEqual([])
})
