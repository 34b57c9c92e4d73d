"""From a page to sentences: layout, sentences, words."""
