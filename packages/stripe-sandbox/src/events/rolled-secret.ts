/** A signing secret that was replaced and still signs, beside its successor, until it expires. */
export interface RolledSecret {
  id: string
  /** The webhook endpoint or event destination whose it was. */
  endpointId: string
  secret: string
  /** Real time, unix milliseconds. */
  expiresAtMs: number
}
