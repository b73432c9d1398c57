import { currentLanguage } from '../i18n/i18n.ts'

/** `see, run, change` / `查看、执行、修改`; what `Intl.ListFormat` makes of a Chinese list has no commas, or an “and”. */
export function formatList(words: readonly string[]): string {
  return words.join(currentLanguage() === 'zh' ? '、' : ', ')
}
