"""From annotations to weights: the only room that learns."""
