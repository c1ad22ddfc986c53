/** What a member of replicated servers does by itself: the program of its container, the same for every type of server (ADR-0039). */

/** Where a member finds its program and is told who the primary is. */
export const PROGRAM_PATH = "/etc/prism-member";
/** Where a member is told who the primary is: `record` by the ConfigMap, `told` by an annotation of its pod, which the kubelet shows at once. */
export const TOLD_PATH = "/etc/prism-primary";

/**
 * POSIX sh, as the shells of Alpine and Debian have it. A part for the type of server comes with it and defines:
 * `begin` (before all else), `has_data`, `found` (makes data where there is none), `start_primary`, `start_frozen` (both set `pid`), `is_up`, `answers` and `responds` (also while it loads), `freeze` (follow nobody), `position` (a number that
 * grows with what is written), `last_term` (of what was written last), `publish TEXT`, `ask MEMBER` (what that one published), `catch_up MEMBER`, `promote`,
 * `lead_on` (each second of a primary), `prepare MEMBER` (a copy that can follow it), `attach MEMBER`, `is_attached`,
 * `is_caught_up`, `stop_server`.
 *
 * What keeps data safe is here and in no clock: a member that knows of a newer term follows nobody of an older one; a primary begins
 * when so many have voted for its term that one of them has every acknowledged write; who has less than a voter does not begin.
 */
export const MEMBER_SCRIPT = `set -u
me=$POD_NAME
group=\${me%-*}
keep=/data/prism-member
run=/tmp/prism-member
LOCAL=\${LOCAL:-127.0.0.1}
pid=
stage=new
own_position=

say() { echo "member $me: $*" >&2; }
fact() { cat "$keep/$1" 2>/dev/null || :; }
remember() { printf '%s\\n' "$2" >"$keep/$1.new" && mv "$keep/$1.new" "$keep/$1"; }
once() { [ "$said" = "$1" ] || { said=$1; say "$1"; }; }
said=
is_number() { case $1 in ''|*[!0-9]*) return 1 ;; esac; }
host_of() { echo "$1.$PEERS"; }
now() { date +%s; }

# The newest of what is told: term, primary, epoch, members, mode.
read_told() {
  term=0
  for file in ${TOLD_PATH}/told ${TOLD_PATH}/record; do
    t= p= e= n= m=
    [ -s "$file" ] && read -r t p e n m <"$file" || :
    if is_number "$t" && is_number "$e" && is_number "$n" && [ "$t" -gt "$term" ]; then
      term=$t primary=$p epoch=$e members=$n mode=$m
    fi
  done
}

# Copies from before the epoch are of other servers' times and count for nothing.
has_copy() { data=$(fact data); is_number "$data" && [ "$data" -ge "$epoch" ]; }

# How many others must have each write, and how many members must vote so that one of them has it.
acks() { echo $((members / 2)); }
votes_needed() { echo $((members - members / 2)); }

adopt() {
  say "term $term: the primary is $primary"
  rm -f "$run/ready"
  stage=new said=
  remember adopted "$term"
  adopted=$term
}

lead() {
  [ "$stage" != leading ] || { lead_on; return; }
  led=$(fact leads)
  if is_number "$led" && [ "$led" -ge $((term - 1)) ]; then
    # Nobody else can have led since: terms are given one after the other, each to one member.
    [ -n "$pid" ] || start_primary
    [ "$led" = "$term" ] || remember leads "$term"
  elif [ "$term" = "$epoch" ]; then
    # Founding: the only time that a member without data, or with data of a single server, may begin.
    [ -z "$pid" ] || { say "is founded anew: starts again"; stop_server; exit 0; }
    remember member yes
    found
    start_primary
    remember data "$term"
    remember leads "$term"
  else
    stand || return 0
  fi
  is_up || return 0
  begin_leading || return 0
  remember data "$term"
  publish "$term:primary:$(incarnation)" || return 0
  say "is the primary of term $term"
  stage=leading
  touch "$run/ready"
}

# Stands for election; true when it has become the primary.
stand() {
  if ! has_copy; then
    once "has no copy and cannot be the primary"
    [ -z "$pid" ] || freeze
    return 1
  fi
  vote || return 1
  polls=$((polls + 1))
  votes=1 silent=0 best= best_last=$own_last best_position=$own_position
  i=0
  while [ "$i" -lt "$members" ]; do
    other=$group-$i
    i=$((i + 1))
    [ "$other" != "$me" ] || continue
    answer=$(ask "$other") || answer=
    their_term=\${answer%%:*}
    rest=\${answer#*:}
    their_last=\${rest%%:*}
    their_position=\${rest#*:}
    if [ "$their_term" != "$term" ] || ! is_number "$their_last" || ! is_number "$their_position"; then
      silent=$((silent + 1))
      continue
    fi
    [ "$their_last" -ge "$epoch" ] || continue
    votes=$((votes + 1))
    if [ "$their_last" -gt "$best_last" ] || { [ "$their_last" = "$best_last" ] && [ "$their_position" -gt "$best_position" ]; }; then
      best=$other best_last=$their_last best_position=$their_position
    fi
  done
  if [ "$votes" -lt "$(votes_needed)" ]; then
    [ "$mode" = forced ] || { once "waits for votes: $votes of $(votes_needed)"; return 1; }
    [ "$polls" -gt 5 ] || return 1
    say "begins without enough votes, since it is told to"
  fi
  # Those that answer a moment later may have more.
  [ "$silent" = 0 ] || [ "$polls" -gt 3 ] || return 1
  if [ -n "$best" ]; then
    [ "$best_last" = "$own_last" ] && catch_up "$best" "$best_position" || { once "$best has more and must be the primary"; return 1; }
    own_position=$best_position
  fi
  promote || return 1
  remember data "$term"
  remember leads "$term"
}

# Says what it has, after it has stopped to follow anybody of an older term.
vote() {
  [ "$stage" != voted ] || return 0
  [ -n "$pid" ] || start_frozen
  is_up && freeze || return 1
  own_position=$(position) || return 1
  own_last=$(last_term)
  is_number "$own_last" && is_number "$own_position" || return 1
  publish "$term:$own_last:$own_position" || return 1
  polls=0
  stage=voted
}

follow() {
  case $stage in
    new)
      if has_copy; then vote || return 0; else { [ -z "$pid" ] || freeze; } && stage=voted || return 0; fi
      ;;
    voted)
      if [ "$(fact member)" != yes ] && has_data; then
        once "its volume holds data that is no copy of $group: delete the claim of this volume, or restore what was before"
        return 0
      fi
      told=$(ask "$primary") || { once "$primary does not answer yet"; return 0; }
      case $told in "$term:primary:"*) ;; *) once "waits for $primary"; return 0 ;; esac
      remember member yes
      prepare "$primary" || return 0
      is_up || return 0
      attach "$primary" || return 0
      say "follows $primary"
      stage=following joined= goal= linked_at=$(now)
      ;;
    following) follow_on ;;
  esac
}

# Ready is who has everything that the primary had a moment ago; it stays so for a minute without the primary, since it may then become one.
follow_on() {
  is_up || return 0
  if ! is_attached; then
    [ $(($(now) - linked_at)) -lt 60 ] || { rm -f "$run/ready"; lost_link "$primary"; }
    return 0
  fi
  linked_at=$(now)
  told=$(ask "$primary") || return 0
  case $told in "$term:primary:"*) ;; *) return 0 ;; esac
  if [ "$joined" != "$told" ]; then
    is_caught_up "$primary" || { rm -f "$run/ready"; return 0; }
    join_as "$told"
    joined=$told
    say "has caught up with $primary"
  fi
  [ -e "$run/ready" ] || touch "$run/ready"
  save_position
}

# A member that leaves in peace hands on what it has: its server sends what is left before it ends.
leave() {
  trap '' TERM INT
  rm -f "$run/ready"
  [ -z "$pid" ] || { save_position; stop_server; }
  exit 0
}

# The probe for a member that is not ready asks only whether it looks for news: a server that does not answer is ended here.
end_hung() {
  if [ -z "$pid" ] || [ -e "$run/ready" ] || responds; then responded_at=$(now); return; fi
  [ $(($(now) - responded_at)) -gt 20 ] || return 0
  say "the server does not answer: starts again"
  kill -KILL "$pid"
  exit 1
}

main() {
  mkdir -p "$keep"
  rm -rf "$run"
  mkdir -p "$run"
  begin
  trap leave TERM INT
  adopted=$(fact adopted)
  is_number "$adopted" || adopted=0
  while :; do
    if [ -n "$pid" ] && ! kill -0 "$pid" 2>/dev/null; then
      wait "$pid"
      say "the server has ended ($?)"
      exit 1
    fi
    end_hung
    read_told
    if [ "$term" -gt "$adopted" ]; then adopt; fi
    if [ "$term" -gt 0 ] && [ "$term" = "$adopted" ]; then
      if [ "$primary" = "$me" ]; then lead; else follow; fi
    else
      once "waits to be told who the primary is"
    fi
    date +%s >"$run/alive"
    sleep 1 &
    wait $!
  done
}

case $1 in
  run) main ;;
  ready) [ -e "$run/ready" ] && answers ;;
  # A member that waits or copies has no server, and is alive while it looks for news.
  alive) if [ -e "$run/ready" ]; then answers; else [ $(($(now) - $(cat "$run/alive"))) -lt 300 ]; fi ;;
esac
`;
