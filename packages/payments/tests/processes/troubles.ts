import { execFileSync } from 'node:child_process'
import { appendFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import type { Site } from './site.ts'

export interface Trouble {
  name: string
  /** Of the run; several happen within it. */
  seconds: number
  /** On a file system of its own, which can be filled. */
  needsSmallDisk?: true
  /** Resolves when all is well again. */
  happen(site: Site, seconds: number, home: string): Promise<void>
}

export const TROUBLES: readonly Trouble[] = [
  {
    name: 'kill -9 of a service, at random moments',
    seconds: 30,
    async happen(site, seconds) {
      await repeatedly(seconds, async (number) => {
        await wait(200 + Math.random() * 1_500)
        await site.kill(number)
      })
    },
  },
  {
    name: 'PostgreSQL stopped and started',
    seconds: 30,
    async happen(site, seconds) {
      await repeatedly(seconds, async () => {
        await wait(1_000)
        await site.stopDatabase()
        await wait(3_000)
        await site.startDatabase()
      })
    },
  },
  {
    name: 'PostgreSQL read-only',
    seconds: 15,
    async happen(site, seconds) {
      await asAdmin(site, async (admin) => {
        await admin.query('alter database billhook set default_transaction_read_only = on')
        await disconnectAll(admin)
        await wait(seconds * 1_000)
        await admin.query('alter database billhook set default_transaction_read_only = off')
        await disconnectAll(admin)
      })
    },
  },
  {
    name: 'PostgreSQL out of connections',
    seconds: 15,
    async happen(site, seconds) {
      await asAdmin(site, async (admin) => {
        const hogs: pg.Client[] = []
        const untilMs = performance.now() + seconds * 1_000
        for (let round = 0; performance.now() < untilMs; round++) {
          await takeAllConnections(site.adminUrl(), hogs)
          // Who had one has to come again, and finds none.
          if (round < 3) await disconnectAll(admin)
          else await wait(100)
        }
        await Promise.all(hogs.map((hog) => hog.end()))
      })
    },
  },
  {
    name: 'Stripe stalls',
    seconds: 60,
    async happen(site, seconds) {
      // The changes go on: the load writes, the product reads.
      const [rule] = site.sandbox.faults.set({ rules: [{ fault: 'stall', where: { method: 'GET' } }] })
      await wait(seconds * 1_000)
      if (rule) site.sandbox.faults.remove(rule.id)
    },
  },
  {
    name: "the services' clocks jump an hour, and back",
    seconds: 20,
    async happen(site, seconds) {
      await wait((seconds * 1_000) / 3)
      site.signal('SIGUSR2')
      await wait((seconds * 1_000) / 3)
      site.signal('SIGUSR2')
      await wait((seconds * 1_000) / 3)
    },
  },
  {
    name: 'the disk of PostgreSQL is full',
    seconds: 15,
    needsSmallDisk: true,
    async happen(site, seconds, home) {
      const ballast = join(home, 'ballast')
      const untilMs = performance.now() + seconds * 1_000
      // Again and again: what the server gives back is taken too.
      while (performance.now() < untilMs) {
        fill(ballast)
        await wait(100)
      }
      rmSync(ballast)
      await site.reviveDatabase()
    },
  },
]

/** A file system of 200 MB, or null where nobody may mount one. Returns its end. */
export function mountSmallDisk(directory: string): (() => void) | null {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=200m', 'tmpfs', directory], { stdio: 'ignore' })
    return () => execFileSync('umount', ['-l', directory])
  } catch {
    return null
  }
}

/** Until nothing more fits. */
function fill(path: string): void {
  const block = Buffer.alloc(64 * 1024)
  try {
    for (;;) appendFileSync(path, block)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
  }
}

async function repeatedly(seconds: number, work: (number: number) => Promise<void>): Promise<void> {
  const untilMs = performance.now() + seconds * 1_000
  for (let number = 0; performance.now() < untilMs; number++) await work(number)
}

async function asAdmin(site: Site, work: (admin: pg.Client) => Promise<void>): Promise<void> {
  const admin = new pg.Client({ connectionString: site.adminUrl() })
  await admin.connect()
  await work(admin)
  await admin.end()
}

async function disconnectAll(admin: pg.Client): Promise<void> {
  await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = 'billhook'`)
}

/** Until the server has none left. */
async function takeAllConnections(url: string, hogs: pg.Client[]): Promise<void> {
  for (;;) {
    const hog = new pg.Client({ connectionString: url })
    hog.on('error', () => undefined)
    try {
      await hog.connect()
      hogs.push(hog)
    } catch {
      return
    }
  }
}
