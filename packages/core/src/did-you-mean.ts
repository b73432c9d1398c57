import { say } from './language/say.ts'

/** A message with what was probably meant, for people; said once, also where the message says it by itself. */
export function didYouMean(message: string, suggestion: string | null | undefined): string {
  if (!suggestion || /did you mean|您是不是|您是指/i.test(message)) return message
  return say`${ended(message)} Did you mean ${suggestion}?`
}

function ended(message: string): string {
  if (/[.!?:。！？：]$/.test(message)) return message
  return /[\u4e00-\u9fff]$/.test(message) ? `${message}。` : `${message}.`
}
