"""From a sentence to numerals, quantities, times and entities."""
