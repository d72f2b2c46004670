/** The scripts that make shells ask `tattle __complete`. They know no command and no flag themselves. */

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

export function completionScript(shell: Shell): string {
  return SCRIPTS[shell];
}

/**
 * Words are split anew at blanks: Bash itself also splits at = and :, and then wants what follows the last of them alone. Older ones
 * (macOS) have neither mapfile nor compopt outside of a completion.
 */
const BASH = `# bash completion for tattle. Load it with: source <(tattle completion bash)
_tattle() {
  COMPREPLY=()
  local line="\${COMP_LINE:0:COMP_POINT}" out reply cut=""
  local -a words
  read -r -a words <<< "$line"
  [[ "$line" == *[[:space:]] ]] && words+=("")
  local current="\${words[\${#words[@]}-1]}"
  out="$(tattle __complete "\${words[@]:1}" 2>/dev/null)" || return 0
  [[ "$COMP_WORDBREAKS" == *=* && "$current" == *=* ]] && cut="\${current%"\${current##*=}"}"
  [[ "$COMP_WORDBREAKS" == *:* && "$current" == *:* ]] && cut="\${current%"\${current##*[=:]}"}"
  while IFS= read -r reply; do
    case "$reply" in
      :0) COMPREPLY+=($(compgen -f -- "\${current#"$cut"}")); compopt -o filenames 2>/dev/null ;;
      :16) COMPREPLY+=($(compgen -d -- "\${current#"$cut"}")); compopt -o filenames 2>/dev/null ;;
      :6) compopt -o nospace 2>/dev/null ;;
      :*) ;;
      *) reply="\${reply%%$'\\t'*}"; COMPREPLY+=("\${reply#"$cut"}") ;;
    esac
  done <<< "$out"
}
complete -F _tattle tattle
`;

const ZSH = `#compdef tattle
# zsh completion for tattle. Load it with: source <(tattle completion zsh)
_tattle() {
  local out line value about
  local -a described behind
  out="$(tattle __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)" || return 1
  for line in "\${(@f)out}"; do
    case "$line" in
      :0) _files ;;
      :16) _files -/ ;;
      :6) behind=(-S "") ;;
      :*|"") ;;
      *)
        value="\${line%%$'\\t'*}"
        about="\${line#*$'\\t'}"
        [[ "$about" == "$line" ]] && about=""
        described+=("\${value//:/\\\\:}\${about:+:$about}") ;;
    esac
  done
  (( \${#described} )) && _describe -V tattle described "\${behind[@]}"
}
if (( \${+functions[compdef]} )); then compdef _tattle tattle; fi
`;

const FISH = `# fish completion for tattle. Load it with: tattle completion fish | source
function __tattle_complete
  set -l words (commandline -opc) (commandline -ct)
  for line in (tattle __complete $words[2..-1] 2>/dev/null)
    switch $line
      case ':0'
        __fish_complete_path (commandline -ct)
      case ':16'
        __fish_complete_directories (commandline -ct)
      case ':*'
      case '*'
        echo $line
    end
  end
end
complete -c tattle -f -a '(__tattle_complete)'
`;

const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
