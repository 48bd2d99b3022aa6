"""What the pages draw: tallies, steps, charts, as numbers that a template can write down. Pure, without queries."""
