"""From a sentence in its situation to a plan: one parse, one situation, one table of rules.

situation   what is remembered of a conversation, kept with each turn as JSON
opened      a page that is gone to counts as spoken of
references  它, 第二个, 前者, 最便宜的那个: the cars they mean
wishes      how conditions go on: replaced, moved, dropped, brought back
updates     what is said in passing of people, places and use, and what follows for a list
said        one sentence with everything a rule looks at
rules       the table: needs, makes, examples; the first that fits makes the plan
bridge      a call as the task its composer takes
"""
