import { say } from '@rota/core'

/** Who asked, in words: `token:ci` is whoever has the token of that name. */
export function callerText(caller: string): string {
  return caller.startsWith('token:') ? say`the token ${caller.slice('token:'.length)}` : caller
}
