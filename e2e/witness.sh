#!/bin/sh
# Testifies what really ran, in a file that the server knows nothing of: witness.sh start | end CODE.
# One line per call by one O_APPEND write below 4 KB, so that lines of many processes never mix.
# Wants E2E_WITNESS (the file) and E2E_TASK (the task's name). Of several
# instances each has its shell in a folder named by its number.
at=$(date +%s%N)
SHELL=${SHELL%/*}
printf '{"kind":"%s","task":"%s","execution":"%s","attempt":%s,"epoch":"%s","fence":%s,"instance":"%s","due":"%s","pid":%s,"at_ns":%s,"code":%s}\n' \
  "$1" "$E2E_TASK" "$ROTA_EXECUTION_ID" "$ROTA_ATTEMPT" "$ROTA_RUN_MARK" "$ROTA_FENCE" "${SHELL##*/}" "$ROTA_SCHEDULED_AT" "$PPID" "$at" "${2:-null}" \
  >>"$E2E_WITNESS"
