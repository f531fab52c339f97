export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/**
 * Each asks `muster --complete WORD…` for what the last word may become, and leaves file names to the shell where there is
 * no answer. An answer is a line: the word, and after a tab what it means.
 */
export const completionScripts: Readonly<Record<Shell, string>> = {
  bash: `# bash completion of muster: muster completion bash >> ~/.bashrc
_muster() {
  local IFS=$'\\n'
  COMPREPLY=($(muster --complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f 1))
}
complete -o bashdefault -o default -F _muster muster
`,
  zsh: `#compdef muster
# zsh completion of muster: muster completion zsh > ~/.zfunc/_muster, a folder of fpath
_muster() {
  local -a lines
  lines=("\${(@f)$(muster --complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  lines=("\${(@)lines//:/\\\\:}")
  lines=("\${(@)lines/$'\\t'/:}")
  if [[ -n "\${lines[1]}" ]]; then _describe muster lines; else _files; fi
}
if [[ "\${zsh_eval_context[-1]}" == loadautofunc ]]; then _muster "$@"; else compdef _muster muster; fi
`,
  fish: `# fish completion of muster: muster completion fish > ~/.config/fish/completions/muster.fish
function __muster_complete
  set -l words (commandline -opc) (commandline -ct)
  muster --complete $words[2..-1] 2>/dev/null
end
complete -c muster -n 'test -n "$(__muster_complete)"' -f -a '(__muster_complete)'
`,
};
