import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { English, Words } from './words.ts'

export type Language = 'en' | 'zh'

const STORAGE_KEY = 'rota.language'
/** What `<html lang>` says, and what `Intl` formats by. */
export const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', zh: 'zh-CN' }

/** Only the language that is shown is loaded: what the first page says at once, the rest with the pages that say it. */
const loadFirst: Readonly<Record<Language, () => Promise<{ default: Partial<Words> }>>> = {
  en: () => import('./en/first.ts'),
  zh: () => import('./zh/first.ts'),
}
const loadAll: Readonly<Record<Language, () => Promise<{ default: Words }>>> = {
  en: () => import('./en/index.ts'),
  zh: () => import('./zh/index.ts'),
}

export function currentLanguage(): Language {
  return i18next.language === 'zh' ? 'zh' : 'en'
}

/** The person's choice, else the browser's first language that there is. */
function preferred(): Language {
  const chosen = localStorage.getItem(STORAGE_KEY)
  if (chosen === 'en' || chosen === 'zh') return chosen
  const first = navigator.languages.find((tag) => /^(en|zh)\b/i.test(tag))
  return first?.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}

export async function startWords(): Promise<void> {
  const language = preferred()
  const words = (await loadFirst[language]()).default
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: language,
    resources: { [language]: { translation: words } },
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
  localStorage.setItem(STORAGE_KEY, language)
  document.documentElement.lang = LOCALES[language]
}

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation'
    resources: { translation: English }
  }
}
