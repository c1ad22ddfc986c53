#compdef prismctl
# Completes prismctl in zsh: as _prismctl in a folder of fpath, or source <(prismctl completion zsh)
_prismctl() {
  local -a candidates
  local line offers_files=''
  for line in "${(@f)$(${words[1]} __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    case $line in
      :0) offers_files=yes ;;
      :*) ;;
      *) line=${line//:/\\:}; candidates+=("${line/$'\t'/:}") ;;
    esac
  done
  if [[ -n $offers_files ]]; then
    _files
  else
    _describe prismctl candidates
  fi
}
if [[ ${funcstack[1]} == _prismctl ]]; then
  _prismctl "$@"
else
  compdef _prismctl prismctl
fi
