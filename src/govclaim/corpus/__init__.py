"""Many annotated documents as one thing: whether they are sound, what they hold, how they are parted and compared."""
