/** The source of the worker, which the build inlines into the widget's file. */
declare module 'inlined:worker' {
  const source: string
  export default source
}
