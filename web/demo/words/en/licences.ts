/** The texts of the page of licences. */
export const licences = {
  models: 'Models and their training data',
  model: 'model',
  licence: 'licence',
  data: 'training data',
  by: {
    stories:
      '<a href="https://huggingface.co/datasets/roneneldan/TinyStories">TinyStories</a> by Ronen Eldan and Yuanzhi Li (2023), CDLA-Sharing-1.0. GPT-3.5 and GPT-4 wrote the stories.',
    translate:
      'Sentences of <a href="https://tatoeba.org">Tatoeba</a> by its contributors, CC BY 2.0 FR, from <a href="https://www.manythings.org/anki/">ManyThings.org</a> and from the Tatoeba challenge test set of OPUS-MT; captions of <a href="https://github.com/MaxyLee/3AM">3AM</a> (2024), MIT.',
    sentiment:
      'The Stanford Sentiment Treebank (Socher et al. 2013), with two labels as in GLUE (Wang et al. 2019). Its sentences come from film reviews (Pang and Lee 2005). The data set states no licence; this site contains none of its sentences.',
    dates: 'Dates that our own program writes, and no other data.'
  },
  noText:
    'The site contains none of these texts; the models only learned from them. Each model’s card says how good the model is.',
  card: 'card',
  software: 'Software in these pages',
  ours: 'Attenscope has the MIT licence.',
  package: 'package',
  texts: 'Full texts of all licences'
}
