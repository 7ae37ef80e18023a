/** What the plane of queries and keys says. */
import { section } from './language.js'

export const plane = section('plane', {
  label: 'Queries and keys in a plane. Left and right go from query to query, Enter holds one, Escape lets go.',
  keeps: (share: string) => `the plane keeps ${share} of what tells them apart`,
  query: (token: string) => `query of ${token}`,
  key: (token: string) => `key of ${token}`,
  queries: 'queries',
  keys: 'keys',
  why: 'A query and a key far out in the same direction have a high score. Point at a query to see what it looks at.'
})
