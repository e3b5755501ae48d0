import { crossProblems, type Environment, isLiveKey, type Problem } from './config/cross-problems.ts'
import { SETTINGS, type SettingName, type SettingValues } from './config/settings.ts'

export type { Problem }

/** Everything that is wrong with the environment, at once. */
export class ConfigurationError extends Error {
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    const lines = problems.map(({ setting, problem }) => `  ${setting} ${problem}`)
    super(`The configuration has ${problems.length} problem(s):\n${lines.join('\n')}`)
    this.name = 'ConfigurationError'
    this.problems = problems
  }
}

export interface ServeConfig extends Readonly<SettingValues> {
  /** Whether the keys are live ones: then real money moves. */
  readonly isLive: boolean
  /** Things that work but deserve a look; they hold no secret. */
  readonly notices: readonly string[]
}

/**
 * The configuration of `billhook serve`.
 * @throws ConfigurationError naming every problem at once.
 */
export function readServeConfig(env: Environment = process.env): ServeConfig {
  const { values, problems, notices } = parseSettings(env)
  problems.push(...crossProblems(values, env))
  if (problems.length > 0) throw new ConfigurationError(problems)
  if (values.JWT_JWKS_URL !== undefined && values.JWT_AUDIENCE === undefined) {
    notices.push(
      'JWT_AUDIENCE is unset: a token that the issuer made for another app of yours is accepted here too',
    )
  }
  // Every setting was parsed without a problem, so `values` is complete.
  const complete = values as SettingValues
  return Object.freeze({ ...complete, isLive: isLiveKey(complete.STRIPE_SECRET_KEY), notices })
}

/**
 * Takes settings from a file in the form of `.env.example`. What the environment says already stands.
 * @throws ConfigurationError when it cannot be read
 */
export function readEnvironmentFile(path: string): void {
  try {
    process.loadEnvFile(path)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new ConfigurationError([{ setting: '--env', problem: `cannot be read: ${why}` }])
  }
}

export interface DevConfig {
  readonly port: number
  readonly sandboxPort: number
  /** Null: the local sandbox. Otherwise a Stripe account in test mode. */
  readonly stripe: { readonly secretKey: string; readonly apiBase: string | null } | null
  /** Database files, the sandbox's state and the generated secrets of the laptop live here. */
  readonly dataDir: string
  readonly appEndpoints: SettingValues['APP_WEBHOOKS']
  readonly logLevel: SettingValues['LOG_LEVEL']
}

/**
 * The configuration of laptop mode (`billhook dev`), which brings its own database, Stripe and secrets.
 * @throws ConfigurationError also when anything smells of production: laptop mode hands out logins.
 */
export function readDevConfig(
  env: Environment = process.env,
  options: { withStripe?: boolean } = {},
): DevConfig {
  const problems: Problem[] = []
  const port = readOne('PORT', env, problems) ?? 3000
  const sandboxPort = readPort('SANDBOX_PORT', 12111, env, problems)
  const logLevel = env.LOG_LEVEL ? readOne('LOG_LEVEL', env, problems) : 'warn'
  if (env.NODE_ENV === 'production') {
    problems.push({
      setting: 'NODE_ENV',
      problem: 'is production: laptop mode is for laptops; use `billhook serve`',
    })
  }
  for (const setting of ['STRIPE_SECRET_KEY', 'STRIPE_PUBLISHABLE_KEY'] as const) {
    if (isLiveKey(env[setting])) {
      problems.push({ setting, problem: 'is a live key: laptop mode never touches live money; unset it' })
    }
  }
  const appEndpoints = readOne('APP_WEBHOOKS', env, problems) ?? []
  const stripe = options.withStripe ? readTestAccount(env, problems) : null
  if (port !== 0 && port === sandboxPort) {
    problems.push({ setting: 'SANDBOX_PORT', problem: 'must differ from PORT' })
  }
  if (problems.length > 0) throw new ConfigurationError(problems)
  return Object.freeze({
    port,
    sandboxPort,
    stripe,
    dataDir: dataDirOf(env),
    appEndpoints,
    logLevel: logLevel ?? 'warn',
  })
}

/** A live key is among the problems already. */
function readTestAccount(env: Environment, problems: Problem[]): DevConfig['stripe'] {
  const secretKey = readOne('STRIPE_SECRET_KEY', env, problems)
  const apiBase = readOne('STRIPE_API_BASE', env, problems) ?? null
  return secretKey === undefined ? null : { secretKey, apiBase }
}

export interface TokenConfig {
  /** Null: take the secret that laptop mode generated in the data directory. */
  readonly secret: string | null
  readonly issuer: string | null
  readonly audience: string | null
  readonly ownerClaim: string
  readonly emailClaim: string
  readonly rolesClaim: string
  readonly dataDir: string
}

/** What `billhook token` needs. @throws ConfigurationError */
export function readTokenConfig(env: Environment = process.env): TokenConfig {
  const problems: Problem[] = []
  const secret = readOne('JWT_SECRET', env, problems)
  const config = {
    secret: secret ?? null,
    issuer: readOne('JWT_ISSUER', env, problems) ?? null,
    audience: readOne('JWT_AUDIENCE', env, problems) ?? null,
    ownerClaim: readOne('JWT_OWNER_CLAIM', env, problems) ?? 'sub',
    emailClaim: readOne('JWT_EMAIL_CLAIM', env, problems) ?? 'email',
    rolesClaim: readOne('JWT_ROLES_CLAIM', env, problems) ?? 'roles',
    dataDir: dataDirOf(env),
  }
  if (problems.length > 0) throw new ConfigurationError(problems)
  return Object.freeze(config)
}

/** Only the database, for commands that touch nothing else. @throws ConfigurationError */
export function readDatabaseUrl(env: Environment = process.env): string {
  const problems: Problem[] = []
  const url = readOne('DATABASE_URL', env, problems)
  if (url === undefined) throw new ConfigurationError(problems)
  return url
}

/** The configuration as it may be printed: secrets say only whether they are set. */
export function redactedConfig(config: ServeConfig): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(SETTINGS).map(([name, { isSecret }]) => {
      // The names of SETTINGS are the keys of the configuration; Object.entries forgets that.
      const value = config[name as SettingName]
      if (value === undefined) return [name, null]
      return [name, isSecret ? '[redacted]' : value]
    }),
  )
}

function parseSettings(env: Environment) {
  const values: Partial<Record<SettingName, unknown>> = {}
  const problems: Problem[] = []
  const notices: string[] = []
  // Object.keys forgets that the names are those of SETTINGS.
  for (const name of Object.keys(SETTINGS) as SettingName[]) {
    const raw = env[name]
    if (raw !== undefined && raw !== raw.trim()) {
      notices.push(`${name} has white space or a line break around its value, which was cut off`)
    }
    values[name] = readOne(name, env, problems)
  }
  // Each value came out of its own schema; the mapping is what SettingValues says.
  return { values: values as Partial<SettingValues>, problems, notices }
}

function readOne<Name extends SettingName>(
  name: Name,
  env: Environment,
  problems: Problem[],
): SettingValues[Name] | undefined {
  const text = env[name]?.trim()
  const { schema, isSecret, example } = SETTINGS[name]
  if (isSecret && text === example) {
    problems.push({ setting: name, problem: 'still holds the words of .env.example: put your own there' })
    return undefined
  }
  const parsed = schema.safeParse(text === '' ? undefined : text)
  // The schema of SETTINGS[name] produces SettingValues[name].
  if (parsed.success) return parsed.data as SettingValues[Name]
  const messages = new Set(parsed.error.issues.map((issue) => lowerFirst(issue.message)))
  for (const problem of messages) problems.push({ setting: name, problem })
  return undefined
}

function readPort(setting: string, unset: number, env: Environment, problems: Problem[]): number {
  const text = env[setting]?.trim()
  if (text === undefined || text === '') return unset
  const parsed = SETTINGS.PORT.schema.safeParse(text)
  if (parsed.success) return parsed.data
  problems.push({ setting, problem: 'must be a TCP port' })
  return unset
}

function dataDirOf(env: Environment): string {
  return env.BILLHOOK_DATA_DIR?.trim() || '.billhook'
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
