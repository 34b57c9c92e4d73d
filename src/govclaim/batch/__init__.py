"""Many documents: reading records and running over them."""
