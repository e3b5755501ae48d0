import { type JWTPayload, SignJWT } from 'jose'
import type { Clock } from '../domain/clock.ts'

/** An HS256 access token as the service with the same secret accepts it. For scripts and laptops; apps have their own login. */
export function signToken(
  secret: string,
  claims: JWTPayload,
  { clock, lifetimeSeconds }: { clock: Clock; lifetimeSeconds: number },
): Promise<string> {
  const nowSeconds = Math.floor(clock.now().getTime() / 1000)
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt(nowSeconds)
    .setExpirationTime(nowSeconds + lifetimeSeconds)
    .sign(Buffer.from(secret))
}
