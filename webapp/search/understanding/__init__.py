"""Reading a sentence by rules: tables of words in `webapp/search/words`, small functions here.

    normalise   one spelling of every character, with the way back to the original
    tokens      words, names, amounts and marks, longest match first
    amounts     numbers as people say and write them
    typos       names with one slip, and those that sound alike
    named       names found in the sentence
    clauses     where one wish ends and the next begins
    polarity    what is wanted, not wanted, or left open

The stages that turn these into conditions are not here yet, and nothing calls these.
"""
