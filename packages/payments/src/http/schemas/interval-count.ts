import { z } from '@hono/zod-openapi'

export const intervalCountSchema = z.int().min(2).optional().openapi({
  description: 'Billed every so many intervals. Absent where that is every one.',
})
