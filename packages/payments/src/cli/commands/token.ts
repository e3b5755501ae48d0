import { type Command, InvalidArgumentError } from 'commander'
import { claimsOf } from '../../auth/principal.ts'
import { signToken } from '../../auth/sign-token.ts'
import { readTokenConfig } from '../../config.ts'
import { systemClock } from '../../domain/clock.ts'
import { readLaptopSecrets } from '../laptop/secrets.ts'

interface Options {
  user: string
  role: string[]
  email?: string
  expiresIn: number
}

/** Prints an access token and nothing else, so that `$(billhook token --user u1)` works in a script. */
export function define(command: Command): void {
  command
    .requiredOption('--user <id>', "your app's id of who is billed", nonEmpty)
    .option('--role <role>', 'a role; can be given several times', collect, [])
    .option('--email <address>', 'e-mail address of the user')
    .option('--expires-in <time>', 'how long the token is good: 900, 15m, 12h, 30d', seconds, 3600)
    .action((options: Options) => printToken(options))
}

async function printToken({ user, role, email, expiresIn }: Options): Promise<void> {
  const config = readTokenConfig()
  const secret = config.secret ?? (await readLaptopSecrets(config.dataDir)).jwtSecret
  const claims = claimsOf(
    { ownerId: user, email: email ?? null, roles: role },
    { owner: config.ownerClaim, email: config.emailClaim, roles: config.rolesClaim },
  )
  const token = await signToken(
    secret,
    {
      ...claims,
      ...(config.issuer !== null && { iss: config.issuer }),
      ...(config.audience !== null && { aud: config.audience }),
    },
    { clock: systemClock, lifetimeSeconds: expiresIn },
  )
  process.stdout.write(`${token}\n`)
}

function collect(role: string, before: string[]): string[] {
  return [...before, nonEmpty(role)]
}

function nonEmpty(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It must not be empty.')
  return text
}

const UNIT_SECONDS: Record<string, number> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 }

function seconds(text: string): number {
  const [, amount = '', unit = ''] = /^(\d{1,7})([smhd]?)$/.exec(text) ?? []
  const total = Number(amount) * (UNIT_SECONDS[unit] ?? 0)
  if (total <= 0) throw new InvalidArgumentError('Write a time such as 900, 15m, 12h or 30d.')
  return total
}
