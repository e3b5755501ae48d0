import { type Html, html } from './markup.ts'

/** How to talk to the sandbox. Names no key. @param origin of the API. */
export function connectSection(origin: string): Html {
  const { hostname, port, protocol } = new URL(origin)
  return html`<dl class="facts"><div><dt>API</dt><dd><code>${origin}/v1</code></dd></div>
<div><dt>Keys</dt><dd>The secret key that the sandbox was started with</dd></div></dl>
<pre tabindex="0"><code>new Stripe('sk_test_…', {
  host: '${hostname}',
  port: ${port || (protocol === 'https:' ? '443' : '80')},
  protocol: '${protocol.replace(':', '')}',
})</code></pre>`
}
