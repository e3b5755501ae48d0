import type { z } from 'zod'

/** One setting of the environment: how it is read, and what the reference says about it. */
export interface Setting<T> {
  schema: z.ZodType<T>
  /** One sentence or two, for `.env.example` and the reference. */
  about: string
  /** Never printed: not in logs, not in problems, not by the doctor. */
  isSecret: boolean
  /** What the value looks like; never a value that works. */
  example: string
  /** Words for the reference when nothing is set: `required`, or what then holds. */
  whenUnset: string
}

interface Words {
  about: string
  example: string
  whenUnset?: string
  isSecret?: boolean
}

export function setting<T>(schema: z.ZodType<T>, words: Words): Setting<T> {
  return {
    schema,
    about: words.about,
    example: words.example,
    isSecret: words.isSecret ?? false,
    whenUnset: words.whenUnset ?? 'required',
  }
}
