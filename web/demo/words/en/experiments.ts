/** The texts of the ready-made experiments. */
export const experiments = {
  label: 'Experiments',
  running: 'A running model',
  model: 'Model',
  heads: {
    title: 'Find the heads that matter',
    story:
      'The page removes each [[head]] in turn. The map shows how much the score of the likeliest next word falls or rises.'
  },
  name: {
    title: 'Lose a name',
    story: (head: number, layer: string, word: string, before: string, after: string) =>
      `One [[head]] copies the name. Without head ${head} of [[layer]] ${layer}, the probability of “${word}” falls from ${before} to ${after}, and the story continues without the name.`
  },
  bend: {
    title: 'Redirect a translation',
    story: (instead: string, word: string, written: string, after: string) =>
      `The model was about to write ${instead}. This edit points its [[cross]] at “${word}”. The model then writes ${written}, with probability ${after}.`
  },
  turn: {
    title: 'Turn a review',
    story: (word: string, label: string, before: string, after: string) =>
      `The result depends on one [[token]]. When “${word}” is hidden from the [[attention]], the label ${label} falls from ${before} to ${after}.`
  }
}
