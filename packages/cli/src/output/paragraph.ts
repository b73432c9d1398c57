import type { Language } from '../context.ts'

/** Sentences behind each other, those that are empty left out; Chinese ones take no blank between them. */
export function paragraph(sentences: readonly string[], lang: Language): string {
  return sentences.filter(Boolean).join(lang === 'zh' ? '' : ' ')
}
