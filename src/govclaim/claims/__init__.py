"""From quantities to claims: who, what, how much, compared with what, said by whom."""
