/** One thing that the doctor looked at. Never holds a secret. */
export interface Finding {
  /** problem: something does not work, or will not. warning: works, but deserves a look. */
  level: 'ok' | 'warning' | 'problem'
  area: 'configuration' | 'stripe' | 'database' | 'webhooks' | 'portal' | 'catalogue' | 'inbox' | 'feed'
  message: string
  /** What to do about it. */
  remedy?: string
}

export const LEVEL_MARKS: Record<Finding['level'], string> = {
  ok: 'ok     ',
  warning: 'warning',
  problem: 'PROBLEM',
}

/** The findings as lines for a terminal. */
export function printFindings(findings: readonly Finding[]): string {
  return findings
    .map(({ level, area, message, remedy }) => {
      const line = `${LEVEL_MARKS[level]}  ${area.padEnd(13)}  ${message}`
      return remedy === undefined ? line : `${line}\n${' '.repeat(24)}→ ${remedy}`
    })
    .join('\n')
}
