import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isFileContents } from './control/file-contents.ts'
import type { Api } from './wire/api.ts'
import { StripeApiError } from './wire/errors.ts'
import type { ApiAnswer } from './wire/exchange.ts'
import { readMultipart } from './wire/uploads.ts'

const maxBodyBytes = 1024 * 1024
/** The largest file that can be uploaded, and what a form has around it. */
const maxUploadBytes = 17 * 1024 * 1024

export interface ListenOptions {
  host: string
  /** 0 = any free port. */
  port: number
}

/** Opens the port before anything answers on it, so that the sandbox knows its own origin when it is built. */
export async function listen(options: ListenOptions): Promise<{ server: Server; port: number }> {
  const server = createServer({ keepAliveTimeout: 65_000, requestTimeout: 60_000 })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, resolve)
  })
  // A boundary: a TCP server that listens has an AddressInfo.
  return { server, port: (server.address() as AddressInfo).port }
}

/** Sends `/v1/…` and `/v2/…` to the API and everything else to the pages. */
export function serve(
  server: Server,
  api: Api,
  pages: (request: IncomingMessage, response: ServerResponse) => void,
): void {
  server.on('request', (request, response) => {
    const url = request.url ?? '/'
    if (isFileContents(url)) pages(request, response)
    else if (url.startsWith('/v1/') || url.startsWith('/v2/')) answerApi(api, request, response, url)
    else pages(request, response)
  })
}

/** Stops accepting, lets what is being answered finish, and closes idle connections. */
export async function closeServer(server: Server, graceMs = 2000): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  // A connection whose request is being answered now is kept alive after it, idle: without this, until the cut.
  const sweep = setInterval(() => server.closeIdleConnections(), 10)
  const cutOff = setTimeout(() => server.closeAllConnections(), graceMs)
  await closed
  clearInterval(sweep)
  clearTimeout(cutOff)
}

function answerApi(api: Api, request: IncomingMessage, response: ServerResponse, url: string): void {
  const mark = url.indexOf('?')
  const pending = api.begin({
    method: request.method ?? 'GET',
    path: mark === -1 ? url : url.slice(0, mark),
    query: mark === -1 ? '' : url.slice(mark + 1),
    headers: request.headers,
  })
  response.once('close', pending.end)
  const finish = (answer: ApiAnswer): void => {
    send(response, answer)
    // What is held back holds its Idempotency-Key until the connection is closed.
    if (answer.transport?.kind !== 'slow' && answer.transport?.kind !== 'stalled') pending.end()
  }
  const chunks: Buffer[] = []
  let bytes = 0
  const contentType = request.headers['content-type'] ?? ''
  const isMultipart = contentType.startsWith('multipart/form-data')
  const mostBytes = isMultipart && url === '/v1/files' ? maxUploadBytes : maxBodyBytes
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes <= mostBytes) chunks.push(chunk)
    else if (!response.headersSent) {
      send(
        response,
        pending.refuse(new StripeApiError('Request body too large.', { status: 413, isRemembered: false })),
      )
    }
  })
  request.on('end', () => {
    if (response.headersSent) return
    const body = Buffer.concat(chunks)
    if (!isMultipart) finish(pending.answer(body.toString('utf8')))
    else {
      void readMultipart(body, contentType)
        .then(({ form, uploads }) => pending.answer(form, uploads))
        .catch((error: unknown) => pending.refuse(error))
        .then(finish)
    }
  })
  // A client that goes away mid-request is answered by nobody; `close` above gives its Idempotency-Key back.
  request.on('error', () => response.destroy())
}

function send(response: ServerResponse, answer: ApiAnswer): void {
  const { transport } = answer
  switch (transport?.kind) {
    case undefined:
      write(response, answer)
      return
    case 'reset':
      response.socket?.resetAndDestroy()
      return
    case 'lost':
      response.destroy()
      return
    case 'truncated':
      // Flushed before the connection closes, so that the client sees a beginning and no end.
      response.writeHead(answer.status, {
        ...answer.headers,
        'Content-Length': Buffer.byteLength(answer.body),
      })
      response.write(answer.body.slice(0, answer.body.length / 2), () => response.destroy())
      return
    case 'stalled':
      return
    case 'slow': {
      const timer = setTimeout(() => write(response, answer), transport.delayMs)
      response.once('close', () => clearTimeout(timer))
    }
  }
}

function write(response: ServerResponse, answer: ApiAnswer): void {
  response.writeHead(answer.status, { ...answer.headers, 'Content-Length': Buffer.byteLength(answer.body) })
  // As text: Node then sends head and body in one write.
  response.end(answer.body)
}
