/** How a delivery is verified without a library. A test runs what stands in the two blocks. */
export const VERIFICATION = `## Verifying a delivery

Over HTTP an event is signed as [Standard Webhooks](https://www.standardwebhooks.com) says; its libraries verify it. Without one, in Node:

\`\`\`js
import { createHmac, timingSafeEqual } from 'node:crypto'

/** The event, or null when Billhook did not send it. \`body\` is the raw text; names of headers are in lower case. */
export function verified(body, headers, secret, nowSeconds = Date.now() / 1000) {
  const id = headers['webhook-id']
  const timestamp = headers['webhook-timestamp']
  if (!(Math.abs(nowSeconds - Number(timestamp)) <= 300)) return null
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const expected = createHmac('sha256', key).update(\`\${id}.\${timestamp}.\${body}\`).digest()
  const isOurs = String(headers['webhook-signature']).split(' ').some((signature) => {
    const [version, value = ''] = signature.split(',')
    const given = Buffer.from(value, 'base64')
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected)
  })
  return isOurs ? JSON.parse(body) : null
}
\`\`\`

In Python, with the standard library:

\`\`\`python
import base64, hashlib, hmac, json, time


def verified(body, headers, secret, now_seconds=None):
    """The event, or None when Billhook did not send it. body is bytes; names of headers are in lower case."""
    timestamp = headers.get("webhook-timestamp", "")
    now_seconds = time.time() if now_seconds is None else now_seconds
    if not timestamp.isdigit() or abs(now_seconds - int(timestamp)) > 300:
        return None
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers.get('webhook-id', '')}.{timestamp}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    given = headers.get("webhook-signature", "").split(" ")
    if not any(hmac.compare_digest(each.encode(), expected.encode()) for each in given):
        return None
    return json.loads(body)
\`\`\`

Then remember \`id\`, and answer 2xx when the event is stored or handled. The rest is in [app events](../6-app-events.md).
`
