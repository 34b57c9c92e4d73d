"""The default model of govclaim: weights and their card."""
