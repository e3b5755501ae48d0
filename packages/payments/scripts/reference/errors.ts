import { ERRORS } from '../../src/domain/errors.ts'

/** docs/reference/errors.md */
export function errorsReference(): string {
  const rows = Object.entries(ERRORS).map(
    ([code, [status, sentence, remedy]]) => `| ${status} | \`${code}\` | ${sentence} | ${remedy} |`,
  )
  return `# Errors

<!-- Generated from packages/payments/src/domain/errors.ts: npm run reference -w billhook. -->

Every error is answered as JSON with a sentence for a person, a code that stays the same, and the id of the request, which is in the
\`X-Request-Id\` header and in the service's log too:

\`\`\`json
{ "detail": "No active subscription found.", "code": "no_subscription", "request_id": "5f0c…" }
\`\`\`

\`validation_failed\` also lists \`errors: [{ "path": "price_id", "message": "…" }]\`. 409, 429 and 503 carry \`Retry-After\` in seconds, 401
carries \`WWW-Authenticate\`. The \`detail\` can be more exact than the sentence below; the code is what programs should look at.

| Status | Code | Sentence | What to do |
|---|---|---|---|
${rows.join('\n')}
`
}
