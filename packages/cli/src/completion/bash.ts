import type { CompletionOption, Place } from './places.ts'

/** A bash script that completes commands, options and their values. Works with bash 3.2 and later. */
export function bashCompletion(all: readonly Place[]): string {
  const known = all.filter(({ words }) => words !== 'rota').map(({ words }) => `'${words}'`)
  return `# bash completion for rota; made by \`rota completion bash\`
_rota() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} place=rota words='' i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$place \${COMP_WORDS[i]}" in
      ${known.join('|')}) place="$place \${COMP_WORDS[i]}" ;;
    esac
  done
  case "$place:$prev" in
${all.flatMap(valueCases).join('\n')}
  esac
  case "$place" in
${all.map(placeCase).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
  if [[ \${#COMPREPLY[@]} -eq 0 && $cur != -* ]]; then COMPREPLY=($(compgen -f -- "$cur")); fi
}
complete -o filenames -F _rota rota
`
}

function valueCases({ words, options }: Place): string[] {
  return options
    .filter(({ value }) => value !== null)
    .map((option) => {
      const pattern = option.names.map((name) => `'${words}:${name}'`).join('|')
      return `    ${pattern}) ${valueAction(option)}; return ;;`
    })
}

function valueAction({ value }: CompletionOption): string {
  if (value === 'path') return 'COMPREPLY=($(compgen -f -- "$cur"))'
  if (value === 'any' || value === null) return ':'
  return `COMPREPLY=($(compgen -W '${value.join(' ')}' -- "$cur"))`
}

function placeCase({ words, commands, options, takesPaths, argumentWords }: Place): string {
  const flags = options.flatMap(({ names }) => names.filter((name) => name.startsWith('--')))
  const plain = [...commands.map(({ name }) => name), ...argumentWords]
  const stop = takesPaths ? '' : `; [[ $cur != -* && -z '${plain.join(' ')}' ]] && return`
  return `    '${words}') words='${plain.join(' ')}'; [[ $cur == -* ]] && words='${flags.join(' ')}'${stop} ;;`
}
