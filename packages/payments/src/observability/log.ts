import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino'
import { redact } from './redact.ts'

export type Logger = PinoLogger

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'

/**
 * Log lines as JSON: `level` as a word, `time` in ISO 8601, and no secret anywhere, wherever it was put in.
 * @param destination where lines go; standard output when left out
 */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    hooks: { streamWrite: redact },
  }
  return destination ? pino(options, destination) : pino(options)
}
