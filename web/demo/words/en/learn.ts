/** The texts of the course that are no chapter's own. */
export const learn = {
  place: (at: number, all: number) => (all === 1 ? `Chapter ${at}` : `Chapter ${at} of ${all}`),
  read: 'read',
  ways: 'Chapters',
  before: 'Before',
  next: 'Next',
  all: 'All chapters',
  intro:
    'Each chapter starts with a question and a figure. The numbers in every figure come from small models that run in this page, on your own text, without a server.',
  run: 'Run',
  running: 'Running …',
  failed: (error: string) => `The program ended with an error: ${error}`,
  own: 'Your own text',
  use: 'Use it'
}
