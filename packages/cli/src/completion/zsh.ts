import type { CompletionOption, Place } from './places.ts'

/** A zsh script that completes commands and options with their descriptions, values and names. */
export function zshCompletion(all: readonly Place[]): string {
  const known = all.filter(({ words }) => words !== 'rota').map(({ words }) => quoted(words))
  return `#compdef rota
# zsh completion for rota; made by \`rota completion zsh\`
${NAMES}
_rota() {
  local place=rota i
  local -a subcommands flags kinds
  for ((i = 2; i < CURRENT; i++)); do
    case "$place \${words[i]}" in
      ${known.join('|')}) place="$place \${words[i]}" ;;
    esac
  done
  case "$place:\${words[CURRENT-1]}" in
${all.flatMap(valueCases).join('\n')}
  esac
  case "$place" in
${all.map(placeCase).join('\n')}
  esac
  if [[ $PREFIX == -* ]]; then
    _describe -o option flags
  elif (( $#subcommands )); then
    _describe command subcommands
  elif (( $#kinds )); then
    _rota_names $kinds
  fi
}
if [[ $funcstack[1] == _rota ]]; then _rota "$@"; else compdef _rota rota; fi
`
}

/** Which server is meant stands among the words. */
const NAMES = `_rota_names() {
  local kind i
  local -a names at
  for ((i = 2; i < $#words; i++)); do
    case \${words[i]} in --url|--data) at+=("\${words[i]}" "\${\${(Q)words[i+1]}/#\\~/$HOME}") ;; esac
  done
  for kind in "$@"; do
    if [[ $kind == files ]]; then _files; continue; fi
    names=("\${(@f)$("\${\${(Q)words[1]}/#\\~/$HOME}" completion --names $kind --begin "\${(Q)PREFIX}" $at 2>/dev/null)}")
    names=(\${names:#})
    compadd -a names
  done
}`

function valueCases({ words, options }: Place): string[] {
  return options
    .filter(({ value }) => value !== null)
    .map((option) => {
      const pattern = option.names.map((name) => quoted(`${words}:${name}`)).join('|')
      return `    ${pattern}) ${valueAction(option)}; return ;;`
    })
}

function valueAction({ value }: CompletionOption): string {
  if (value === 'path') return '_files'
  if (value === 'any' || value === null) return '_message value'
  if ('named' in value) return `_rota_names ${value.named}`
  return `compadd -- ${value.join(' ')}`
}

function placeCase({ words, commands, options, takesPaths, argumentNames, argumentWords }: Place): string {
  const subcommands = [
    ...commands.map(({ name, summary }) => quoted(`${name}:${summary}`)),
    ...argumentWords.map((word) => quoted(word)),
  ]
  const flags = options.flatMap(({ names, description }) =>
    names.filter((name) => name.startsWith('--')).map((name) => quoted(`${name}:${description}`)),
  )
  const kinds = [...argumentNames, ...(takesPaths ? ['files'] : [])]
  return `    ${quoted(words)})
      subcommands=(${subcommands.join(' ')})
      kinds=(${kinds.join(' ')})
      flags=(${flags.join(' ')}) ;;`
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
