import type { CompletionOption, NameKind, Place } from './places.ts'

/** A bash script that completes commands, options, their values and names. Works with bash 3.2 and later. */
export function bashCompletion(all: readonly Place[]): string {
  const known = all.filter(({ words }) => words !== 'rota').map(({ words }) => `'${words}'`)
  return `# bash completion for rota; made by \`rota completion bash\`
${NAMES}
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

/**
 * Bash takes a word apart at colons and equals signs and wants only the last part of it; quotes it leaves in. Which
 * server is meant stands in the line as it was typed.
 */
const NAMES = `_rota_names() {
  local whole=$cur lead name i=$COMP_CWORD at=() line
  while ((i > 1)) && [[ \${COMP_WORDS[i]} == [:=]* || \${COMP_WORDS[i-1]} == *[:=] ]]; do
    i=$((i - 1)); whole=\${COMP_WORDS[i]}$whole
  done
  whole=\${whole//\\\\/}; whole=\${whole#[\\"\\']}
  case $whole in *[:=]*) lead=\${whole%"\${whole##*[:=]}"} ;; esac
  read -ra line <<< "\${COMP_LINE-}"
  for ((i = 1; i < \${#line[@]}; i++)); do
    case \${line[i-1]} in --url|--data) at=("\${at[@]}" "\${line[i-1]}" "\${line[i]/#\\~/$HOME}") ;; esac
  done
  while IFS= read -r name; do
    COMPREPLY+=("\${name#"$lead"}")
  done < <("\${COMP_WORDS[0]/#\\~/$HOME}" completion --names "$1" --begin "$whole" "\${at[@]}" 2>/dev/null)
}`

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
  if ('named' in value) return `_rota_names ${value.named}`
  return `COMPREPLY=($(compgen -W '${value.join(' ')}' -- "$cur"))`
}

function placeCase({ words, commands, options, takesPaths, argumentNames, argumentWords }: Place): string {
  const flags = options.flatMap(({ names }) => names.filter((name) => name.startsWith('--')))
  const plain = [...commands.map(({ name }) => name), ...argumentWords]
  const stop = takesPaths ? '' : `; [[ $cur != -* && -z '${plain.join(' ')}' ]] && { ${asking(argumentNames)}return; }`
  return `    '${words}') words='${plain.join(' ')}'; [[ $cur == -* ]] && words='${flags.join(' ')}'${stop} ;;`
}

function asking(kinds: readonly NameKind[]): string {
  return kinds.map((kind) => `_rota_names ${kind}; `).join('')
}
