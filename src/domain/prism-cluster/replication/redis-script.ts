/** The part of a member's program that is for Redis. */
import { CLIENT_PORT } from "../children/connection.ts";

/**
 * Redis keeps apart what is a continuation of what (replication ids), so that a member which has more than the new primary copies
 * anew by itself. A server without a primary to follow follows a port where nobody is, which keeps it from taking writes.
 * What a member publishes stands in `replica-announce-ip`, which only Sentinel would read. The offset starts anew with every cold start of a
 * primary, so that starts are counted in front of it.
 */
export const REDIS_SCRIPT = `port=${CLIENT_PORT.redis}
cli() { timeout 2 redis-cli -h "$LOCAL" -p $port "$@"; }
did() { case $(cli "$@") in OK*) ;; *) return 1 ;; esac; }
answers() { [ "$(cli ping)" = PONG ]; }
responds() { [ -n "$(cli ping)" ]; }
is_up() { answers; }
info() { cli info replication | tr -d '\\r'; }
field() { info | sed -n "s/^$1://p"; }

has_data() { [ -e /data/appendonlydir ] || [ -e /data/appendonly.aof ] || [ -e /data/dump.rdb ]; }

start() {
  redis-server /etc/redis/redis.conf --min-replicas-to-write "$(acks)" --min-replicas-max-lag 10 \\
    --repl-diskless-load disabled --repl-diskless-sync-delay 1 "$@" &
  pid=$!
}
starts() { s=$(fact starts); is_number "$s" || s=0; echo "$s"; }
start_primary() {
  remember starts $(($(starts) + 1))
  start
}
begin() { :; }
found() { :; }
start_frozen() { start --replicaof 127.0.0.1 1; }
incarnation() { starts; }

freeze() {
  did replicaof 127.0.0.1 1 || return 1
  cli client kill type normal >/dev/null
  cli client kill type pubsub >/dev/null
}

# Not known to a server that has just started: what was seen last is then the least that it has.
offset() {
  o=$(field "$([ "$(field role)" = master ] && echo master_repl_offset || echo slave_repl_offset)")
  is_number "$o" || o=0
  echo $(($(starts) * 1000000000000000 + o))
}
position() {
  seen=$(fact position)
  is_number "$seen" || seen=0
  o=$(offset)
  [ "$o" -gt "$seen" ] && echo "$o" || echo "$seen"
}
save_position() { o=$(offset); [ "$o" = "$(fact position)" ] || remember position "$o"; }
last_term() { fact data; }

publish() { did config set replica-announce-ip "$1"; }
ask() { timeout 2 redis-cli -h "$(host_of "$1")" -p $port config get replica-announce-ip 2>/dev/null | tr -d '\\r' | sed -n 2p; }

# A server that follows nobody gives nothing on: whoever has more is asked to lead.
catch_up() { return 1; }
promote() {
  did replicaof no one || return 1
  remember starts $(($(starts) + 1))
}
begin_leading() { did config set min-replicas-to-write "$(acks)"; }
lead_on() {
  save_position
  [ "$told_members" = "$members" ] || { begin_leading && told_members=$members; }
}
told_members=

prepare() { [ -n "$pid" ] || start_frozen; }
attach() { did replicaof "$(host_of "$1")" $port; }
is_attached() { [ "$(field master_link_status)" = up ] && [ "$(field master_sync_in_progress)" = 0 ]; }
is_caught_up() {
  if [ -z "$goal" ]; then
    goal=$(timeout 2 redis-cli -h "$(host_of "$1")" -p $port info replication | tr -d '\\r' | sed -n 's/^master_repl_offset://p')
    is_number "$goal" || { goal=; return 1; }
  fi
  o=$(field slave_repl_offset)
  is_number "$o" && [ "$o" -ge "$goal" ]
}
join_as() {
  remember starts "\${1##*:}"
  remember position "$(offset)"
  remember data "$term"
  goal=
}
lost_link() { :; }

stop_server() {
  kill -TERM "$pid" 2>/dev/null
  i=0
  while [ $i -lt 50 ] && kill -0 "$pid" 2>/dev/null; do
    sleep 1 &
    wait $!
    i=$((i + 1))
  done
}
`;
