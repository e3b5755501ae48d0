export { instant } from '../domain/instant.ts'
