/** The texts of the tour through a page. */
import { byHand } from '../by-hand.js'
import type { SiteWords } from '../en/index.js'

export const tour: SiteWords['tour'] = {
  begin: '导览',
  next: '下一步',
  previous: '上一步',
  done: '关闭',
  leave: '关闭导览',
  progress: '{{current}} / {{total}}',
  stops: {
    text: { title: '文本', text: '输入任意文本。模型在这个网页里运行，文本不会发送给任何人。' },
    words: {
      title: '词与词之间的注意力',
      text: `连线从一个词通向它关注的词，线越粗，权重越大。${byHand('指向一个词可查看它的连线，点击可锁定。', '点按一个词可查看它的连线。')}`
    },
    heads: {
      title: '所有的头',
      text: `每个方块是一个注意力头。有的关注前一个词，有的关注名字，有的关注文本开头。${byHand('点击', '点按')}方块可显示这个头。`
    },
    matrix: {
      title: '一个头的数值',
      text: '一行是一个查询，一列是一个键。矩阵上方的按钮显示从 q · k 到注意力权重的各个步骤。'
    },
    closer: { title: '更多细节', text: '下面的视图显示这次运行的数值：每一步、每个向量元素、每一层。' },
    settings: { title: '设置', text: '在这里选择主题、色标和权重格式。其他网页有其他模型。' }
  }
}
