export type Language = 'en' | 'zh'

/** Where the browser keeps the person's choice. */
export const LANGUAGE_KEY = 'rota.language'

/** The person's choice, else the browser's first language that there is. */
export function preferredLanguage(): Language {
  const chosen = localStorage.getItem(LANGUAGE_KEY)
  if (chosen === 'en' || chosen === 'zh') return chosen
  const first = navigator.languages.find((tag) => /^(en|zh)\b/i.test(tag))
  return first?.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}
