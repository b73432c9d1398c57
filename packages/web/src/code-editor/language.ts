import type { Extension } from '@codemirror/state'

export type CodeLanguage = 'shell' | 'python' | 'javascript' | 'perl' | 'ruby' | 'json' | 'yaml' | 'text'

const BY_PROGRAM: readonly [RegExp, CodeLanguage][] = [
  [/^(ba|da|z|k|a)?sh$/, 'shell'],
  [/^python[\d.]*$/, 'python'],
  [/^(node|deno|bun)$/, 'javascript'],
  [/^perl[\d.]*$/, 'perl'],
  [/^ruby[\d.]*$/, 'ruby'],
]

/** The language of a script, by its interpreter or else its `#!` line. */
export function scriptLanguage(interpreter: string | undefined, source: string): CodeLanguage {
  const shebang = /^#!\s*(\S+)(?:\s+(\S+))?/.exec(source)
  const words = interpreter?.trim().split(/\s+/) ?? [shebang?.[1] ?? '', shebang?.[2] ?? '']
  const nameOf = (word: string | undefined) => word?.slice(word.lastIndexOf('/') + 1) ?? ''
  const program = nameOf(words[0]) === 'env' ? nameOf(words[1]) : nameOf(words[0])
  return BY_PROGRAM.find(([pattern]) => pattern.test(program))?.[1] ?? 'text'
}

/** The colouring of a language; each is loaded when it is first needed. */
export async function languageExtension(language: CodeLanguage): Promise<Extension> {
  switch (language) {
    case 'python':
      return (await import('@codemirror/lang-python')).python()
    case 'javascript':
      return (await import('@codemirror/lang-javascript')).javascript()
    case 'yaml':
      return (await import('@codemirror/lang-yaml')).yaml()
    case 'text':
      return []
    default: {
      const { StreamLanguage } = await import('@codemirror/language')
      return StreamLanguage.define(await streamParser(language))
    }
  }
}

async function streamParser(language: 'shell' | 'perl' | 'ruby' | 'json') {
  if (language === 'shell') return (await import('@codemirror/legacy-modes/mode/shell')).shell
  if (language === 'perl') return (await import('@codemirror/legacy-modes/mode/perl')).perl
  if (language === 'ruby') return (await import('@codemirror/legacy-modes/mode/ruby')).ruby
  return (await import('@codemirror/legacy-modes/mode/javascript')).json
}
