import type { SettingName, SettingValues } from './settings.ts'

export type Environment = Readonly<Record<string, string | undefined>>

export interface Problem {
  setting: string
  /** Follows the name in a sentence: `is missing`. Holds no secret. */
  problem: string
}

/** What no setting can know alone. Judges only what was parsed, so that it never repeats a problem. */
export function crossProblems(values: Partial<SettingValues>, env: Environment): Problem[] {
  return [
    ...secretProblems(values),
    ...keyProblems(values),
    ...tokenProblems(values, env),
    ...endpointProblems(values),
  ]
}

/** Without a secret every delivery is refused: right only where none is expected. */
function secretProblems({ WEBHOOK_SECRET: secrets, EVENT_FEED: feed }: Partial<SettingValues>): Problem[] {
  if (secrets?.length !== 0 || feed === 'only') return []
  return [{ setting: 'WEBHOOK_SECRET', problem: 'is missing' }]
}

function keyProblems(values: Partial<SettingValues>): Problem[] {
  const problems: Problem[] = []
  const { STRIPE_SECRET_KEY: secretKey, STRIPE_PUBLISHABLE_KEY: publishableKey } = values
  const isLive = isLiveKey(secretKey)
  if (secretKey && publishableKey && isLive !== isLiveKey(publishableKey)) {
    problems.push({
      setting: 'STRIPE_PUBLISHABLE_KEY',
      problem: `is a ${isLive ? 'test' : 'live'} key while STRIPE_SECRET_KEY is a ${isLive ? 'live' : 'test'} key`,
    })
  }
  if (!isLive) return problems
  if (values.FRONTEND_URL?.startsWith('http:')) {
    problems.push({
      setting: 'FRONTEND_URL',
      problem: 'must be https:// when STRIPE_SECRET_KEY is a live key',
    })
  }
  if (values.STRIPE_API_BASE !== undefined) {
    problems.push({
      setting: 'STRIPE_API_BASE',
      problem: 'must be unset with a live key: it would send the key to another server',
    })
  }
  if (values.ALLOW_HTTP === true) {
    problems.push({ setting: 'ALLOW_HTTP', problem: 'must be false with a live key' })
  }
  return problems
}

function tokenProblems(values: Partial<SettingValues>, env: Environment): Problem[] {
  const has = (name: SettingName) => (env[name] ?? '').trim() !== ''
  const problems: Problem[] = []
  if (has('JWT_SECRET') && has('JWT_JWKS_URL')) {
    problems.push({ setting: 'JWT_SECRET', problem: 'and JWT_JWKS_URL exclude each other: unset one' })
  } else if (!has('JWT_SECRET') && !has('JWT_JWKS_URL')) {
    const problem = has('JWT_ISSUER')
      ? 'is missing: JWT_ISSUER needs it (or set JWT_SECRET instead)'
      : 'and JWT_SECRET are both missing: set JWT_SECRET, or JWT_ISSUER with JWT_JWKS_URL'
    problems.push({ setting: 'JWT_JWKS_URL', problem })
  } else if (has('JWT_JWKS_URL')) {
    if (!has('JWT_ISSUER'))
      problems.push({ setting: 'JWT_ISSUER', problem: 'is missing: JWT_JWKS_URL needs it' })
  }
  if (isLiveKey(values.STRIPE_SECRET_KEY) && values.JWT_JWKS_URL?.startsWith('http:')) {
    problems.push({
      setting: 'JWT_JWKS_URL',
      problem: 'must be https:// when STRIPE_SECRET_KEY is a live key',
    })
  }
  return problems
}

/** Else each delivery would be refused, for three days. */
function endpointProblems({
  APP_WEBHOOKS: endpoints,
  APP_WEBHOOK_NETWORKS: networks,
}: Partial<SettingValues>) {
  const problems: Problem[] = []
  const urls = (endpoints ?? []).map(({ url }) => url)
  if (new Set(urls).size < urls.length) {
    problems.push({ setting: 'APP_WEBHOOKS', problem: 'must name each URL once' })
  }
  if (networks?.length === 0 && urls.some((url) => url.startsWith('http:'))) {
    problems.push({
      setting: 'APP_WEBHOOKS',
      problem: 'must list https:// URLs: http:// is for networks of your own, named in APP_WEBHOOK_NETWORKS',
    })
  }
  return problems
}

export function isLiveKey(key: string | undefined): boolean {
  return /^[spr]k_live_/.test(key?.trim() ?? '')
}
