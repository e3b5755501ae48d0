import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const CONTRACT = readFileSync(join(import.meta.dirname, '../../docs/contract/payments-api.txt'), 'utf8')

/** The clients that the contract gives as examples, cut out of its text. Nothing in them is changed but white space. */
export const contractCode = {
  checkoutButton: cut("import { useState } from 'react';", 'async function createSubscriptionCheckout('),
  createSubscriptionCheckout: cut('async function createSubscriptionCheckout(', 'import requests'),
  createCheckoutSession: indentPython(cut('import requests', 'Subscription Management\nimport {')),
  subscriptionManagerComponent: cut(
    "import { useEffect, useState } from 'react';",
    'class SubscriptionManager {',
  ),
  subscriptionManagerClass: cut('class SubscriptionManager {', 'Best Practices'),
}

function cut(from: string, to: string): string {
  const start = CONTRACT.indexOf(from)
  const end = CONTRACT.indexOf(to, start)
  if (start < 0 || end < 0) throw new Error(`The contract does not have "${from}" followed by "${to}".`)
  return CONTRACT.slice(start, end).trimEnd()
}

/**
 * The contract's text lost the indentation that Python needs. It comes back from the structure: what ends with a colon opens a
 * block, `else` closes the one before it, and inside brackets indentation means nothing.
 */
function indentPython(code: string): string {
  let depth = 0
  let openBrackets = 0
  return code
    .split('\n')
    .map((line) => {
      if (line.startsWith('else')) depth -= 1
      const indented = '    '.repeat(depth) + line
      const text = line.replaceAll(/'[^']*'/g, "''")
      openBrackets += count(text, /[([{]/g) - count(text, /[)\]}]/g)
      if (openBrackets === 0 && text.endsWith(':')) depth += 1
      return indented
    })
    .join('\n')
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0
}
