/** What the build puts into the widget's one file: the worker's source, as it is written to disk otherwise. */
declare module 'inlined:worker' {
  const source: string
  export default source
}
