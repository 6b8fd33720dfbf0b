"""Reading a sentence by rules: tables of words in `webapp/search/words`, small functions here.

The stages, in order:
    normalise   one spelling of every character, with the way back to the original
    tokens      words, names, amounts and marks, longest match first
    amounts     numbers as people say and write them
    typos       names with one slip, and those that sound alike
    named       names found in the sentence
    clauses     where one wish ends and the next begins; pairs of words; slips of the tongue
    polarity    what is wanted, not wanted, or left open
    measured    what an amount measures
    quantities  amounts with their bounds as findings
    choices     named values as findings
    vague       what vague words suggest, and the order asked for
    merge       findings to conditions that hold together
    asking      what a question about one car asks for
    intents     what the visitor is after
    reading     all of it, in order: `understand(text, lexicon)`
"""
