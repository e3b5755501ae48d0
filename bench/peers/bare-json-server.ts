import { createServer } from 'node:http'

/** The ceiling: Node's own HTTP server, which reads a request and answers the same kilobyte each time. Prints its port. */
const body = JSON.stringify({ object: 'customer', metadata: { filler: 'x'.repeat(960) } })
const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }
const server = createServer((request, response) => {
  request.resume()
  request.on('end', () => response.writeHead(200, headers).end(body))
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object') console.log(`PORT ${address?.port}`)
})
