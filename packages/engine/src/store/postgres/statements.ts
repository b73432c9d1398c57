import { statementTexts } from '../statement-text.ts'

/** The text of one statement. */
export const statement = statementTexts(import.meta.url)
