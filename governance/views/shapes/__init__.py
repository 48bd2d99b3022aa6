"""What the pages draw: tallies and charts as numbers that a template can write down."""
