import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import en from './en/first.ts'
import { LANGUAGE_KEY, type Language, preferredLanguage } from './preferred.ts'
import type { English, Words } from './words.ts'
import zh from './zh/first.ts'

/** What `<html lang>` says, and what `Intl` formats by. */
export const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', zh: 'zh-CN' }

/** What the first page says comes with its code, in both languages: a few kilobytes are there sooner than an answer. */
const FIRST: Readonly<Record<Language, Partial<Words>>> = { en, zh }
/** The rest comes with the pages that say it, in the language that is shown. */
const loadAll: Readonly<Record<Language, () => Promise<{ default: Words }>>> = {
  en: () => import('./en/index.ts'),
  zh: () => import('./zh/index.ts'),
}

export function currentLanguage(): Language {
  return i18next.language === 'zh' ? 'zh' : 'en'
}

export function startWords(): void {
  const language = preferredLanguage()
  // Its promise is no news: it is done when this returns, for nothing is to be loaded.
  void i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: language,
    initAsync: false,
    resources: { [language]: { translation: FIRST[language] } },
    interpolation: { escapeValue: false },
    returnNull: false,
  })
  document.documentElement.lang = LOCALES[language]
}

/** All words of the language that is shown, for pages beyond the first. */
export async function loadWords(language: Language = currentLanguage()): Promise<void> {
  i18next.addResourceBundle(language, 'translation', (await loadAll[language]()).default, true, true)
}

/** Loads the words before it switches, so that no key is ever seen. */
export async function changeLanguage(language: Language): Promise<void> {
  await loadWords(language)
  await i18next.changeLanguage(language)
  localStorage.setItem(LANGUAGE_KEY, language)
  document.documentElement.lang = LOCALES[language]
}

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation'
    resources: { translation: English }
  }
}
