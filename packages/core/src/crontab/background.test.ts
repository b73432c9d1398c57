import { expect, test } from 'vitest'
import { leavesSomethingBehind } from './background.ts'

test.each([
  '/opt/x &',
  '/opt/t.bash &2>/dev/null',
  '(sleep 5; /opt/x) & ',
  '/opt/a & /opt/b',
  'nohup /opt/x',
  'cd /srv && /usr/bin/nohup ./run.sh >/dev/null 2>&1 &',
  'screen -dmS game ./server',
  '/usr/bin/screen -d -m ./server',
  'tmux new-session -d -s x ./run',
  'setsid /opt/x',
  'start-stop-daemon --start --background --exec /opt/x',
])('%s leaves something behind', (command) => {
  expect(leavesSomethingBehind(command)).toBe(true)
})

test.each([
  '/opt/x && /opt/y',
  '/opt/x >/dev/null 2>&1',
  '/opt/x &>/dev/null',
  '/opt/x |& tee log',
  'curl "https://example.com/?a=1&b=2"',
  "echo 'a & b'",
  'echo a \\& b',
  'echo done # & more',
  'screen -ls',
  '/opt/nohup-check',
])('%s leaves nothing behind', (command) => {
  expect(leavesSomethingBehind(command)).toBe(false)
})
