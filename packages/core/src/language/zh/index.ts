import { errors } from './errors.ts'
import { output } from './output.ts'

/** The Chinese of every sentence of the product, by its English template; one file per area. */
export const CHINESE: Readonly<Record<string, string>> = { ...errors, ...output }
