import { spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import type { ServerUser } from './unprivileged-user.ts'

/**
 * Reads its standard input, a pipe that nobody writes to, until the other end closes: that is when our process ends, however it
 * ends. Then it stops the server that postmaster.pid names, and removes the directory it was given, in which an orphaned initdb may
 * still be writing.
 */
const SCRIPT = `
while read -r _; do :; done
[ -e "$1/postmaster.pid" ] && read -r server < "$1/postmaster.pid" && kill -INT "$server"
[ -n "$2" ] || exit 0
tries=0
while [ -e "$1/postmaster.pid" ] && [ $tries -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
while [ -e "$2" ] && [ $tries -lt 200 ]; do rm -rf -- "$2"; sleep 0.1; tries=$((tries + 1)); done
`

/** Has the server on this data stopped when this process dies without stopping it. Returns what dismisses the watchdog. */
export function watchParent(watched: {
  data: string
  user: ServerUser
  removeAlso: string | null
}): () => void {
  const { data, user, removeAlso } = watched
  const child = spawn('/bin/sh', ['-c', SCRIPT, 'billhook-watchdog', data, removeAlso ?? ''], {
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    ...(user.differsFromCaller ? { uid: user.uid, gid: user.gid } : {}),
  })
  // Without it a killed parent leaves the server to the next start, which finds it: nothing to fail for.
  child.on('error', () => undefined)
  child.unref()
  // `spawn` types the pipe as a stream; it is a socket, and would keep this process alive.
  const pipe = child.stdin as unknown as Socket
  pipe.on('error', () => undefined)
  pipe.unref()
  return () => {
    child.kill('SIGKILL')
  }
}
