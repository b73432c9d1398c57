/** Bytes of one entry of the queue, so that each runner reads exactly one. */
export const ENTRY_BYTES = 1_024
/** Words of bash, of less than 60 bytes each, that a runner leaves unread: a pipe may hold no more than 4 KiB. */
const MOST_UNREAD = 20
/** Ends a child that cannot enter its program's directory: the last signal of Linux, which nothing else sends. */
export const WRONG_PLACE_SIGNAL = 64

/**
 * What the spawner runs: a bash (5.1 or later) that has nothing of the server and stays small, so that its forks are
 * cheap. It reads orders from its standard input, one a line, and reports on its standard output.
 *
 * `run &` forks a *runner*. Each takes entries from the queue (descriptor 3), one at a time: it reads the launch, starts
 * the program in a group of its own and waits for its end. Runners need nobody but the engine: they go on when their
 * parent has ended, and end when the queue does, which is when the engine has.
 *
 * - One `read -N` takes a whole entry, or runners would take parts of each other's. Before bash 5.1 it takes 128 bytes.
 * - `set -m` gives each program its process group, and leaves it SIGINT, which a shell without it takes away.
 * - Signals that are sent to whole groups are ignored; a program gets them back (traps would end `wait` too early).
 * - The child tells itself that it has begun, once it takes signals: a SIGTERM that comes sooner would be ignored.
 * - In a subshell `wait` does not take a stopped program for an ended one. `wait -f` must not be used: it looks once more
 *   at what bash has freed by then (5.2), and may wait for good for a process of which there is no record.
 * - A status above 128 is a signal or an exit code; what bash says of the job, into a pipe of the runner's own, tells
 *   which. That pipe must be emptied before it is full.
 * - LC_ALL=C, which it is started with, has it count bytes and load no locale of a program. It is not handed on.
 */
export const SPAWNER_SCRIPT = `
set -m
unset OLDPWD
export -n LC_ALL PWD SHLVL
trap '' HUP INT QUIT TERM
exec 4>&1

launch() {
  trap - HUP INT QUIT TERM
  echo "began $id $runner $BASHPID" >&4
  exec 3<&- 4>&-
  eval "$text"
}

take() {
  id=$1 text=
  read -r -N "$2" text <"$3"
  if [[ \${#text} != "$2" ]] || ! { launch & } <"$4" >"$5" 2>"$6"; then
    echo "none $id"
    id=
    return
  fi
  wait $!
  status=$? how=code
  if ((status > 128 || ++taken % ${MOST_UNREAD} == 0)); then
    while read -t 0 -u 2; do read -r -u 2 word; done
    [[ $status -le 128 || $word == *'  Exit '* ]] || how=signal
  fi
  echo "ended $id $runner $how $status"
  id=
}

run() {
  set -m
  runner=$BASHPID
  trap '[[ $id ]] && echo "none $id"; echo "gone $runner"' EXIT
  exec 2<> <(:)
  echo "free $runner"
  while read -r -N ${ENTRY_BYTES} -u 3; do eval "$REPLY"; done
  exit
}

echo "bash $((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1]))"
while read -r; do eval "$REPLY"; done
`
