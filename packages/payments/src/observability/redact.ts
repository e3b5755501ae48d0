/**
 * Takes secrets out of text that is about to be written: whole log lines (JSON), messages, answers of other servers.
 * It works on the finished text, so it does not matter how deep in an object, an error or a string the secret sat.
 */
export function redact(text: string): string {
  return text.replace(SECRETS, (_match, ...found: (string | undefined)[]) => {
    const [field, key, scheme, connection] = found
    return `${field ?? key ?? scheme ?? connection ?? ''}${REDACTED}`
  })
}

export const REDACTED = '[redacted]'

/** Fields whose value is a secret, or a link that lets its bearer in (Checkout, portal, hosted invoices, receipts). */
const SECRET_FIELDS = [
  'authorization',
  'stripe-signature',
  'cookie',
  'set-cookie',
  'client_secret',
  'clientSecret',
  'secret',
  'token',
  'access_token',
  'password',
  'checkout_url',
  'checkoutUrl',
  'portal_url',
  'portalUrl',
  'hosted_invoice_url',
  'hostedInvoiceUrl',
  'invoice_pdf',
  'invoicePdfUrl',
  'receipt_url',
  'receiptUrl',
]

// One expression, so that a line is walked through once. The first alternatives keep what says which kind of secret it was.
const SECRETS = new RegExp(
  [
    // A field of JSON. Of JSON inside a JSON string, everything to the end of that string goes: safe, and the line stays JSON.
    String.raw`(\\*"(?:${SECRET_FIELDS.join('|')})\\*"\s*:\s*\\*")(?:[^"\\]|\\.)*`,
    // API keys and signing secrets keep their prefix, which says the mode.
    String.raw`\b((?:[sr]k_(?:test|live)|whsec)_)[\w+/=-]+`,
    String.raw`\b(Bearer\s+)[\w.~+/=-]+`,
    String.raw`(postgres(?:ql)?:\/\/)[^\s"@/]*@`,
    // Client secrets: pi_…_secret_…, seti_…_secret_…, cs_…_secret_…
    String.raw`(?<=_)secret_\w+`,
    // A JWT, a Stripe signature.
    String.raw`\beyJ[\w-]+\.[\w-]+\.[\w-]*`,
    String.raw`\bv[01]=[0-9a-f]{64}\b`,
    // Hosted pages of Stripe, and the same pages of a sandbox on any host.
    String.raw`https?:\/\/(?:checkout|billing|pay|invoice|dashboard\.invoice)\.stripe\.com\/[^\s"'\\<>]*`,
    String.raw`https?:\/\/[^\s"'\\<>/]+\/(?:c\/pay|p\/session|pay|portal|checkout)\/[^\s"'\\<>]*`,
  ].join('|'),
  'gi',
)
