# Completes prismctl in fish: prismctl completion fish > ~/.config/fish/completions/prismctl.fish
function __prismctl_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  for line in ($words[1] __complete $words[2..-1] $current 2>/dev/null)
    switch $line
      case ':0'
        __fish_complete_path $current
      case ':*'
      case '*'
        printf '%s\n' $line
    end
  end
end
complete -c prismctl -f -a '(__prismctl_complete)'
