import { currentLanguage, LOCALES } from '../i18n/i18n.ts'

/** `see, run, change` / `查看、运行、修改`. */
export function formatList(words: readonly string[]): string {
  return new Intl.ListFormat(LOCALES[currentLanguage()], { type: 'unit' }).format(words)
}
