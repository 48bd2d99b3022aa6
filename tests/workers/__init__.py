"""Workers in processes of their own, two at once and killed at the worst moment."""
