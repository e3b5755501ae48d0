import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { OperatorError } from '../explain-failure.ts'

/** What laptop mode keeps to itself: made once for a data directory, readable by its owner only. */
export interface LaptopSecrets {
  /** Signs access tokens (HS256). */
  jwtSecret: string
  /** Signs the sandbox's webhooks. */
  webhookSecret: string
}

const secretsSchema = z.object({
  jwtSecret: z.string().min(32),
  webhookSecret: z.string().startsWith('whsec_'),
})

/** The secrets of a data directory that `billhook dev` has used. Throws OperatorError where it has not. */
export async function readLaptopSecrets(dataDir: string): Promise<LaptopSecrets> {
  const text = await readIfThere(fileIn(dataDir))
  if (text === null) {
    throw new OperatorError(
      `${dataDir} holds no secrets: start \`billhook dev\` there once, or set JWT_SECRET.`,
    )
  }
  return parse(text, dataDir)
}

/** The same, made now if they are not there yet. */
export async function makeLaptopSecrets(dataDir: string): Promise<LaptopSecrets> {
  const file = fileIn(dataDir)
  const text = await readIfThere(file)
  if (text !== null) return parse(text, dataDir)

  const secrets = {
    jwtSecret: randomBytes(32).toString('base64url'),
    webhookSecret: `whsec_${randomBytes(24).toString('hex')}`,
  }
  await mkdir(dataDir, { recursive: true })
  // Written beside and linked into place: never half a file, and the first of two starts wins.
  const draft = `${file}.${process.pid}`
  await writeFile(draft, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 })
  await link(draft, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  await rm(draft)
  return await readLaptopSecrets(dataDir)
}

function fileIn(dataDir: string): string {
  return join(dataDir, 'secrets.json')
}

function parse(text: string, dataDir: string): LaptopSecrets {
  try {
    return secretsSchema.parse(JSON.parse(text))
  } catch (cause) {
    const message = `${fileIn(dataDir)} is damaged. Remove it: the next start makes new secrets, and people log in again.`
    throw new OperatorError(message, { cause })
  }
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
