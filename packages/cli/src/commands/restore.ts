import type { Context } from '../context.ts'
export async function restore(_context: Context, _args: string[]): Promise<number | undefined> {
  return undefined
}
