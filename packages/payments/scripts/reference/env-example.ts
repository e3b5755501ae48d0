import { SETTINGS, type Setting } from '../../src/config/settings.ts'

/** `.env.example`: every setting of `billhook serve`, the required ones open, the others commented out. */
export function envExample(): string {
  const blocks = Object.entries(SETTINGS).map(([name, setting]) => blockOf(name, setting))
  return `# Settings of \`billhook serve\`. Generated from packages/payments/src/config/settings.ts: npm run reference -w billhook.
# Laptop mode (npm start) needs none of them.

${blocks.join('\n\n')}
`
}

function blockOf(name: string, { about, example, whenUnset }: Setting<unknown>): string {
  const isRequired = whenUnset === 'required'
  const note = isRequired ? 'Required.' : `When unset: ${whenUnset}.`
  return `# ${about}\n# ${note}\n${isRequired ? '' : '# '}${name}=${example}`
}
