import { isIP } from 'node:net'
import { z } from 'zod'
import { isSigningSecret } from '../domain/app-endpoint.ts'
import { explainUnknownEvents, isWantedEvents, type WantedEvents } from '../domain/app-event-types.ts'

/** Words separated by commas or white space; unset is the empty list. */
export function list<T extends z.ZodType<string, string>>(item?: T) {
  return z
    .string()
    .optional()
    .transform((text) => splitWords(text ?? ''))
    .pipe(z.array(item ?? z.string()))
}

export function flag(unset: boolean) {
  return z
    .string()
    .optional()
    .refine((text) => text === undefined || /^(true|false|1|0)$/.test(text), 'must be true or false')
    .transform((text) => (text === undefined ? unset : text === 'true' || text === '1'))
}

export function seconds(least: number, most: number) {
  const message = `must be a number of seconds from ${least} to ${most}`
  return z.coerce.number(message).min(least, message).max(most, message)
}

/**
 * Signing secrets of Stripe. The whole string including `whsec_` is the key (stripe-facts 1.5), so a secret without its
 * prefix would verify nothing: it is refused here instead of at the first webhook. Whether there may be none is for config.ts to say.
 */
export function webhookSecrets() {
  return z
    .string()
    .optional()
    .transform((text) => splitWords(text ?? ''))
    .pipe(
      z.array(
        z
          .string()
          .regex(
            /^whsec_[\w+/=-]+$/,
            'must list secrets that start with whsec_ and hold no quotes or other signs',
          ),
      ),
    )
}

/** Origin and path of the app's pages, without a trailing slash. */
export function pathFreeOrigin() {
  return z
    .url({
      protocol: /^https?$/,
      error: (issue) => (issue.input === undefined ? 'is missing' : 'must be an http(s) URL'),
    })
    .refine((url) => {
      const parsed = URL.parse(url)
      return parsed === null || (parsed.search === '' && parsed.hash === '' && parsed.username === '')
    }, 'must not hold a query, a fragment or a user name')
    .transform((url) => url.replace(/\/+$/, ''))
}

/** A unix socket is written `postgresql://user@/database?host=%2Fdirectory`, which is no URL to browsers. */
export function postgresUrl() {
  return z
    .string('is missing')
    .regex(/^postgres(ql)?:\/\/\S+$/, 'must be a URL that starts with postgres:// or postgresql://')
    .refine(
      (url) => URL.canParse(url.replace('@/', '@localhost/')),
      'is no URL: signs such as # / ? @ in the password have to be percent-encoded (%23 %2F %3F %40)',
    )
}

/** Addresses and CIDR ranges, `loopback`, `private` and `none` written out. */
export function addressRanges(unset = 'loopback') {
  return z
    .string()
    .default(unset)
    .transform((text) => splitWords(text).flatMap((word) => NAMED_RANGES[word] ?? [word]))
    .pipe(z.array(z.string().refine(isAddressRange, 'must list addresses or ranges such as 10.0.0.0/8')))
}

const NAMED_RANGES: Record<string, readonly string[]> = {
  none: [],
  loopback: ['127.0.0.0/8', '::1/128'],
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', 'fc00::/7', 'fe80::/10'],
}

/** `https://app.example.com/events whsec_a,whsec_b subscription.* access.changed; https://other.example.com/events whsec_c` */
export function appEndpoints() {
  return z
    .string()
    .optional()
    .transform((text) =>
      (text ?? '')
        .split(/[;\n]/)
        .map(splitWords)
        .filter((words) => words.length > 0)
        .map(endpointOf),
    )
    .pipe(
      z.array(
        z.object({
          url: z
            .url({ protocol: /^https?$/, error: 'must list http(s) URLs, each with its secret' })
            .refine((url) => URL.parse(url)?.username === '', 'must list URLs without a user name'),
          secrets: z
            .array(
              z.string().refine(isSigningSecret, 'must list secrets of whsec_ and 24 to 64 bytes in base64'),
            )
            .min(1, 'must name a secret for each URL'),
          types: z
            .array(
              z.custom<WantedEvents>(isWantedEvents, {
                error: ({ input }) =>
                  `must ask for events that there are: ${explainUnknownEvents(String(input))}`,
              }),
            )
            .optional(),
        }),
      ),
    )
}

function endpointOf([url = '', ...words]: string[]): {
  url: string
  secrets: string[]
  types?: string[] | undefined
} {
  const types = words.filter(isAboutEvents)
  const secrets = words.filter((word) => !isAboutEvents(word))
  return types.length > 0 ? { url, secrets, types } : { url, secrets }
}

/** Surely no secret: what is wrong among these words is repeated in a message. */
function isAboutEvents(word: string): boolean {
  return !word.startsWith('whsec_') && /^(\*|\w+\.[\w.*-]*|[a-z_]{1,30})$/.test(word)
}

function isAddressRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0) return false
  // A range of 0 bits is everybody, and what everybody says of himself is worth nothing.
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
}

function splitWords(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '')
}
