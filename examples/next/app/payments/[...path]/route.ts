import { payments } from '../../../payments.ts'

// Next hands the request over with its body unread, which is what the signature of a webhook needs. Do not parse it here.
const answer = async (request: Request) => (await payments()).fetch(request)

export { answer as DELETE, answer as GET, answer as OPTIONS, answer as POST }
