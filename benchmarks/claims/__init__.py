"""How well each system that works offline finds quantified claims: the test pages of the corpus, and the article."""
