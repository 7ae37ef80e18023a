/** The texts of the plane of queries and keys. */
import { byHand } from './by-hand.js'
import { section } from './language.js'

export const plane = section('plane', {
  label: 'Queries and keys in a plane. Left and right go from query to query, Enter locks a query, Escape unlocks it.',
  keeps: (share: string) => `the plane shows ${share} of their variation`,
  query: (token: string) => `query of ${token}`,
  key: (token: string) => `key of ${token}`,
  queries: 'queries',
  keys: 'keys',
  why: `A query and a key that lie far out in the same direction have a high score. ${byHand('Point at', 'Tap')} a query to see what it looks at.`
})
