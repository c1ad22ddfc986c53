/** The part of a member's program that is for PostgreSQL. */
import { CLIENT_PORT } from "../children/connection.ts";
import { PROGRAM_PATH } from "./member-script.ts";

/**
 * Streaming replication, synchronous with as many standbys as make more than half of the members (PostgreSQL documentation, 27.2.8). Timeline ids
 * are not unique, since a primary that nobody followed may have used one; so each member keeps its lineage: the terms in which its data was
 * written, and the position at which each began. Who has written beyond the point where the others went on is rewound, or copied anew.
 * What a member publishes is the setting `prism.member`. Needs PostgreSQL 13, which changes its primary without a restart.
 */
export const POSTGRES_SCRIPT = `port=${CLIENT_PORT.postgres}
socket=/var/run/postgresql
export PGPASSFILE=/tmp/prism-member/pgpass PGCONNECT_TIMEOUT=2 PGAPPNAME=prism-member
sql() { timeout 5 psql -XAtqw -h "$socket" -p $port -U "$POSTGRES_USER" -d postgres -c "$1"; }
sql_at() { timeout 5 psql -XAtqw -h "$(host_of "$1")" -p $port -U "$POSTGRES_USER" -d postgres -c "$2" 2>/dev/null; }
responds() { pg_isready -q -t 2 -h "$LOCAL" -p $port || [ $? = 1 ]; }
answers() { pg_isready -q -t 2 -h "$LOCAL" -p $port; }
is_up() { answers; }

has_data() { [ -s "$PGDATA/PG_VERSION" ]; }

# In quotes for a connection string, which itself stands in quotes in a file of settings.
quoted() { printf '%s' "$1" | sed "s/[\\\\\\\\']/\\\\\\\\&/g"; }
conninfo_of() { echo "host=$(host_of "$1") port=$port user='$(quoted "$POSTGRES_USER")' application_name=$me passfile=$PGPASSFILE"; }

standbys() {
  names= i=0
  while [ "$i" -lt "$members" ]; do
    [ "$group-$i" = "$me" ] || names="$names,\\"$group-$i\\""
    i=$((i + 1))
  done
  echo "ANY $(acks) (\${names#,})"
}

conninfo= published=
write_settings() {
  {
    echo "include '$PGDATA/postgresql.conf'"
    echo "include '${PROGRAM_PATH}/postgresql.conf'"
    echo "primary_conninfo = '$(printf '%s' "$conninfo" | sed "s/'/''/g")'"
    echo "recovery_target_timeline = 'latest'"
    echo "hot_standby = on"
    echo "synchronous_standby_names = '$(standbys)'"
    echo "prism.member = '$published'"
  } >"$run/settings.new" && mv "$run/settings.new" "$run/postgresql.conf"
}
reload() { write_settings && kill -HUP "$pid"; }

# A password with a colon or a backslash is written with a backslash before it (PostgreSQL documentation, 34.16).
begin() {
  printf '*:*:*:*:%s\\n' "$(printf '%s' "$POSTGRES_PASSWORD" | sed 's/[\\\\:]/\\\\&/g')" >"$PGPASSFILE"
  chmod 600 "$PGPASSFILE"
}

start() {
  write_settings
  { cat "$PGDATA/pg_hba.conf"; echo "host replication all all scram-sha-256"; } >"$run/pg_hba.conf"
  docker-entrypoint.sh postgres -c config_file="$run/postgresql.conf" -c hba_file="$run/pg_hba.conf" &
  pid=$!
}
start_primary() {
  has_data || { say "has no data"; exit 1; }
  rm -f "$PGDATA/standby.signal"
  conninfo= published=
  start
}
start_frozen() {
  has_data || { say "has no data"; exit 1; }
  touch "$PGDATA/standby.signal"
  conninfo= published=
  start
}
incarnation() { echo 0; }

# The image makes the database, as for a single server; a start that did not get to its end is made again.
found() {
  if [ "$(fact making)" = yes ]; then rm -rf "$PGDATA"; fi
  if ! has_data; then
    remember making yes
    docker-entrypoint.sh postgres -c listen_addresses="$LOCAL" -c port=$port -c unix_socket_directories="$socket" &
    pid=$!
    until answers; do
      kill -0 "$pid" 2>/dev/null || { say "the database could not be made"; exit 1; }
      date +%s >"$run/alive"
      sleep 1 &
      wait $!
    done
    stop_server
    pid=
  fi
  remember making no
  printf '%s 0\\n' "$term" >"$keep/lineage.new" && mv "$keep/lineage.new" "$keep/lineage"
}

freeze() {
  if [ "$(sql 'select pg_is_in_recovery()')" = f ]; then
    say "is the primary no more"
    stop_server
    start_frozen
    return 1
  fi
  conninfo= published=
  reload || return 1
  [ "$(sql 'select count(*) from pg_stat_wal_receiver')" = 0 ]
}

# Everything that the server has, received or found in its own files, once it has read these to their end.
last_seen=
position() {
  p=$(sql "select pg_wal_lsn_diff(greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()), '0/0')") || return 1
  r=$(sql "select pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')")
  [ "$r" = "$(cat "$run/replayed" 2>/dev/null)" ] || { echo "$r" >"$run/replayed"; return 1; }
  echo "$p"
}
save_position() { :; }
last_term() { term_at "$own_position" <"$keep/lineage"; }
# The term in which the last of so much was written, by the lineage on standard input.
term_at() {
  last=0
  while read -r t from; do [ "$from" -ge "$1" ] || last=$t; done
  echo "$last"
}

publish() {
  published=$1
  reload
}
ask() { sql_at "$1" "show prism.member"; }

catch_up() {
  conninfo=$(conninfo_of "$1")
  reload
  i=0 r=1
  while [ $i -lt 10 ] && [ $r = 1 ]; do
    sleep 1
    i=$((i + 1))
    has=$(sql "select pg_wal_lsn_diff(greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()), '0/0')")
    is_number "$has" && [ "$has" -ge "$2" ] && r=0
  done
  conninfo=
  reload
  [ "$(sql 'select count(*) from pg_stat_wal_receiver')" = 0 ] || sleep 1
  return $r
}

promote() {
  [ "$(sql 'select pg_promote(true, 4)')" = t ] || [ "$(sql 'select pg_is_in_recovery()')" = f ] || return 1
  timeline=$(sql 'select substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8)')
  at=$(sed -n 's/^[0-9][0-9]*[[:space:]][[:space:]]*\\([0-9A-F]*\\/[0-9A-F]*\\).*/\\1/p' "$PGDATA/pg_wal/$timeline.history" | tail -n 1)
  from=$(sql "select pg_wal_lsn_diff('$at', '0/0')")
  is_number "$from" || return 1
  { cat "$keep/lineage"; echo "$term $from"; } >"$keep/lineage.new" && mv "$keep/lineage.new" "$keep/lineage"
}

begin_leading() {
  [ "$(sql 'select pg_is_in_recovery()')" = f ] || return 1
  led_members=$members
}
lead_on() { [ "$led_members" = "$members" ] || { reload && led_members=$members; }; }
led_members=

# A copy that has not caught up is made again by whoever finds it after a start, or in another term.
# What the server has must be the beginning of what the primary has.
prepared=
prepare() {
  [ "$prepared" != "$term" ] || return 0
  theirs=$(sql_at "$1" "select pg_read_file('$keep/lineage')") || return 1
  [ -n "$theirs" ] || return 1
  if ! has_data || [ "$(fact copying)" = yes ] || ! [ -s "$keep/lineage" ]; then copy "$1" || return 1; else
    [ -n "$pid" ] || start_frozen
    is_up || return 1
    own_position=$(position) || return 1
    own_last=$(last_term)
    goes_on=$(echo "$theirs" | { found=no; while read -r t from; do
      [ "$found" != yes ] || { echo "$from"; found=next; }
      [ "$t $from" != "$(grep "^$own_last " "$keep/lineage")" ] || found=yes
    done; [ "$found" != yes ] || echo none; })
    if [ -z "$goes_on" ]; then
      say "has data of a time that $1 does not know: copies anew"
      copy "$1" || return 1
    elif [ "$goes_on" != none ] && [ "$own_position" -gt "$goes_on" ]; then
      say "has more than $1: goes back"
      rewind "$1" || copy "$1" || return 1
    fi
  fi
  printf '%s\\n' "$theirs" >"$keep/lineage.new" && mv "$keep/lineage.new" "$keep/lineage"
  prepared=$term
  [ -n "$pid" ] || start_frozen
}

rewind() {
  stop_server
  pid=
  rm -f "$PGDATA/standby.signal"
  rm -f "$keep/data"
  remember copying yes
  pg_rewind -D "$PGDATA" --source-server="$(conninfo_of "$1") dbname=postgres" || return 1
  # Whole only with what the primary has written meanwhile.
  touch "$PGDATA/standby.signal"
  conninfo=$(conninfo_of "$1") published=
  start
}

copy() {
  [ -z "$pid" ] || { stop_server; pid=; }
  remember copying yes
  rm -f "$keep/lineage" "$keep/data"
  rm -rf "$PGDATA" "$PGDATA.copy"
  say "copies from $1"
  # Under its own name a copy that is not whole would count as a standby that has what it is sent.
  pg_basebackup -d "$(conninfo_of "$1") application_name=prism-copy" -w -D "$PGDATA.copy" -X stream -c fast &
  copying=$!
  while kill -0 $copying 2>/dev/null; do
    date +%s >"$run/alive"
    read_told
    [ "$primary" = "$1" ] || kill $copying
    sleep 1 &
    wait $!
  done
  wait $copying || return 1
  mv "$PGDATA.copy" "$PGDATA"
}

attach() {
  # It has a vote before it can acknowledge: where its data ends is known at any time.
  remember copying no
  remember data "$term"
  conninfo=$(conninfo_of "$1")
  published=
  reload
}
is_attached() { [ "$(sql 'select status from pg_stat_wal_receiver')" = streaming ]; }
is_caught_up() {
  if [ -z "$goal" ]; then
    goal=$(sql_at "$1" "select pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0')")
    is_number "$goal" || { goal=; return 1; }
  fi
  p=$(sql "select pg_wal_lsn_diff(pg_last_wal_receive_lsn(), '0/0')")
  is_number "$p" && [ "$p" -ge "$goal" ]
}
join_as() { goal=; }
# A primary that answers and cannot be followed has thrown away what this member still needs.
lost_link() {
  [ $(($(now) - linked_at)) -gt 120 ] || return 0
  case $(ask "$1") in "$term:primary:"*) ;; *) return 0 ;; esac
  say "cannot follow $1 for two minutes: copies anew"
  remember copying yes
  stop_server
  exit 1
}

stop_server() {
  pg_ctl stop -D "$PGDATA" -m fast -w -t 30 >/dev/null || pg_ctl stop -D "$PGDATA" -m immediate -w -t 10 >/dev/null || {
    say "the server does not stop"
    kill -KILL "$pid"
    exit 1
  }
  wait "$pid"
}
`;
